"""Walks a repository with Sickle; prints what it got as JSON."""
import json
import sys

from sickle import Sickle

client = Sickle(sys.argv[1])
identity = client.Identify()
records = list(client.ListRecords(metadataPrefix='oai_dc', ignore_deleted=False))
one = client.GetRecord(identifier=records[0].header.identifier, metadataPrefix='oai_datacite')
print(json.dumps({
    'name': identity.repositoryName,
    'identifiers': [record.header.identifier for record in records],
    'deleted': [record.header.identifier for record in records if record.header.deleted],
    'headers': sum(1 for _ in client.ListIdentifiers(metadataPrefix='oai_datacite')),
    'sets': [each.setSpec for each in client.ListSets()],
    'formats': [each.metadataPrefix for each in client.ListMetadataFormats()],
    'one': one.header.identifier,
}))
