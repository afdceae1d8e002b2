// Walks a repository with the client of Delving's Hub3; prints what it got as JSON. Its own loop over a list, Harvest, ends with
// a nil pointer on every list of any server in this version; Perform, which asks and reads one page, is whole.
package main

import (
	"encoding/json"
	"os"

	"github.com/delving/hub3/ikuzo/service/x/oaipmh"
)

func walk(url, verb, prefix string, take func(*oaipmh.Response) *oaipmh.ResumptionToken) {
	request := oaipmh.Request{BaseURL: url, Verb: verb, MetadataPrefix: prefix}
	for {
		token := take(request.Perform())
		if token == nil || token.Token == "" {
			return
		}
		request = oaipmh.Request{BaseURL: url, Verb: verb, ResumptionToken: token.Token}
	}
}

func main() {
	url := os.Args[1]
	var identifiers, sets, formats []string
	deleted := []string{}
	walk(url, "ListRecords", "oai_dc", func(page *oaipmh.Response) *oaipmh.ResumptionToken {
		for _, record := range page.ListRecords.Records {
			identifiers = append(identifiers, record.Header.Identifier)
			if record.Header.Status == "deleted" {
				deleted = append(deleted, record.Header.Identifier)
			} else if len(record.Metadata.Body) == 0 {
				panic("no metadata: " + record.Header.Identifier)
			}
		}
		return page.ListRecords.ResumptionToken
	})
	headers := 0
	walk(url, "ListIdentifiers", "oai_datacite", func(page *oaipmh.Response) *oaipmh.ResumptionToken {
		headers += len(page.ListIdentifiers.Headers)
		return page.ListIdentifiers.ResumptionToken
	})
	walk(url, "ListSets", "", func(page *oaipmh.Response) *oaipmh.ResumptionToken {
		for _, set := range page.ListSets.Set {
			sets = append(sets, set.SetSpec)
		}
		return page.ListSets.ResumptionToken
	})
	kinds := oaipmh.Request{BaseURL: url, Verb: "ListMetadataFormats"}
	for _, format := range kinds.Perform().ListMetadataFormats.MetadataFormat {
		formats = append(formats, format.MetadataPrefix)
	}
	get := oaipmh.Request{BaseURL: url, Verb: "GetRecord", Identifier: identifiers[0], MetadataPrefix: "oai_dc"}
	who := oaipmh.Request{BaseURL: url, Verb: "Identify"}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"name":        who.Perform().Identify.RepositoryName,
		"identifiers": identifiers,
		"deleted":     deleted,
		"headers":     headers,
		"sets":        sets,
		"formats":     formats,
		"one":         get.Perform().GetRecord.Record.Header.Identifier,
	})
}
