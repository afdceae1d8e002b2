import fc from 'fast-check';
import { IriValidationStrategy } from 'validate-iri';
import { describe, expect, test } from 'vitest';
import { genuineIn, noGenuineData, resource } from '../../test/genuine.ts';
import { statements, triples } from '../../test/rdf.ts';
import { bare, rich } from '../../test/rich.ts';
import { type DcatFile, type RecordMetadata, toDcat } from '../index.ts';

const file = { key: 'a & b.csv', size: 12, checksum: 'md5:0f', url: 'https://zenodo.org/api/records/12/files/a%20%26%20b.csv/content' };
const said = async (metadata: RecordMetadata, files: readonly DcatFile[] | null = null): Promise<string[]> =>
  statements(await triples(toDcat(metadata, files), IriValidationStrategy.Strict));

const licence = 'dcat:distribution/dct:license <https://creativecommons.org/licenses/by/4.0/legalcode>';

test('what the record says becomes DCAT', async () => {
  expect(await said(rich, [file])).toEqual([
    'rdf:type dcat:Dataset',
    'dct:type <http://purl.org/dc/dcmitype/Text>',
    'dct:identifier "https://doi.org/10.5281/zenodo.12"^^xsd:anyURI',
    'foaf:page <https://doi.org/10.5281/zenodo.12>',
    'dct:creator <https://orcid.org/0000-0002-1825-0097>',
    'dct:creator/rdf:type foaf:Person',
    'dct:creator/foaf:name "Müller & Söhne, Änne"',
    'dct:creator/foaf:givenName "Änne"',
    'dct:creator/foaf:familyName "Müller & Söhne"',
    'dct:creator/org:memberOf <https://ror.org/01aj84f44>',
    'dct:creator/org:memberOf/rdf:type foaf:Organization',
    'dct:creator/org:memberOf/foaf:name "Aarhus University"',
    'dct:creator/org:memberOf/rdf:type foaf:Organization',
    'dct:creator/org:memberOf/foaf:name "Institute for This, That and More"',
    'dct:creator <https://ror.org/01aj84f44>',
    'dct:creator/rdf:type foaf:Organization',
    'dct:creator/foaf:name "Aarhus University"',
    'dct:creator/rdf:type foaf:Organization',
    'dct:creator/foaf:name "Institute for This, That and More"',
    'dct:creator/rdf:type foaf:Person',
    'dct:creator/foaf:name "Anne van Weerden"',
    'dct:creator/foaf:familyName "Anne van Weerden"',
    'dct:contributor/rdf:type foaf:Agent',
    'dct:contributor/foaf:name "Doe, John"',
    'dct:contributor/rdf:type foaf:Agent',
    'dct:contributor/foaf:name "Roe, Jane"',
    'dct:title "100% of {x_1} & y"',
    'dct:alternative "A subtitle"@en',
    'dct:publisher/rdf:type foaf:Agent',
    'dct:publisher/foaf:name "Zenodo"',
    'dct:issued "2024-05"^^xsd:gYearMonth',
    'dct:modified "2024-06-01"^^xsd:date',
    'dct:temporal/rdf:type dct:PeriodOfTime',
    'dct:temporal/dcat:startDate "2020-01-01"^^xsd:date',
    'dct:temporal/dcat:endDate "2021-12-31"^^xsd:date',
    'dcat:keyword "one"',
    'dct:subject/rdf:type skos:Concept',
    'dct:subject/skos:prefLabel "two"',
    'dct:subject/skos:inScheme/rdf:type skos:ConceptScheme',
    'dct:subject/skos:inScheme/dct:title "MeSH"',
    'dct:language <http://publications.europa.eu/resource/authority/language/ENG>',
    'adms:identifier/rdf:type adms:Identifier',
    'adms:identifier/skos:notation "oai:zenodo.org:12"',
    'adms:identifier/adms:schemaAgency "oai"',
    'dct:references <https://doi.org/10.1000/a%3C1%3E>',
    'dct:isVersionOf <https://doi.org/10.5281/zenodo.11>',
    'dct:isPartOf <https://zenodo.org/communities/eu/>',
    'owl:versionInfo "1.0"',
    'dct:description "First line.\\nSecond < line."',
    'dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>',
    'schema:funder <https://ror.org/00k4n6c32>',
    'schema:funder/rdf:type foaf:Organization',
    'schema:funder/foaf:name "European Commission"',
    'frapo:isFundedBy <info:eu-repo/grantAgreement/EC/H2020/1/>',
    'frapo:isFundedBy/rdf:type foaf:Project',
    'frapo:isFundedBy/dct:identifier "1"',
    'frapo:isFundedBy/dct:title "A grant"',
    'dct:spatial/rdf:type dct:Location',
    'dct:spatial/locn:geographicName "Here"',
    'dct:spatial/dcat:centroid "POINT(2 1)"^^gsp:wktLiteral',
    'dcat:distribution/rdf:type dcat:Distribution',
    'dcat:distribution/dct:license <https://creativecommons.org/licenses/by/4.0/legalcode>',
    'dcat:distribution/dcat:accessURL <https://doi.org/10.5281/zenodo.12>',
    'dcat:distribution/dct:title "a & b.csv"',
    'dcat:distribution/dcat:downloadURL <https://zenodo.org/api/records/12/files/a%20%26%20b.csv/content>',
    'dcat:distribution/dcat:byteSize "12"^^xsd:nonNegativeInteger',
    'dcat:distribution/spdx:checksum/rdf:type spdx:Checksum',
    'dcat:distribution/spdx:checksum/spdx:algorithm spdx:checksumAlgorithm_md5',
    'dcat:distribution/spdx:checksum/spdx:checksumValue "0f"^^xsd:hexBinary',
  ]);
});

test('where no files are known the distribution leads to the page', async () => {
  const distribution = (await said(rich)).filter((statement) => statement.startsWith('dcat:distribution/'));
  expect(distribution).toEqual([
    'dcat:distribution/rdf:type dcat:Distribution',
    licence,
    'dcat:distribution/dcat:accessURL <https://doi.org/10.5281/zenodo.12>',
  ]);
  expect(await said(bare)).toEqual(['rdf:type dcat:Dataset']);
});

test('a text that is no date or language is written without a datatype', async () => {
  const { metadata } = resource(`
    <titles><title xml:lang="e&quot;">T</title><title titleType="Subtitle" xml:lang="de-CH">S</title></titles>
    <dates><date dateType="Issued">2024-02-31</date><date dateType="Created">2024-13</date><date dateType="Valid">2024</date></dates>`);
  expect(await said(metadata)).toEqual([
    'rdf:type dcat:Dataset',
    'dct:title "T"',
    'dct:alternative "S"@de-ch',
    'dct:issued "2024-02-31"',
    'dct:created "2024-13"',
    'dct:valid "2024"^^xsd:gYear',
  ]);
});

test('a text that is no address is written as text, or left out', async () => {
  const { metadata } = resource(`
    <identifier identifierType="URL">https://example.org/a|b</identifier>
    <relatedIdentifiers>
      <relatedIdentifier relatedIdentifierType="URL" relationType="Cites">https://example.org/a[1]%zz</relatedIdentifier>
      <relatedIdentifier relatedIdentifierType="URL" relationType="Cites">https://example.org:8080/ä?a=1#b</relatedIdentifier>
    </relatedIdentifiers>
    <rightsList><rights rightsURI="see the website">Own</rights></rightsList>`);
  expect(await said(metadata, [{ key: 'k', size: null, checksum: null, url: 'https://example.org/a b' }])).toEqual([
    'rdf:type dcat:Dataset',
    'dct:identifier "https://example.org/a|b"',
    'dct:references/dct:identifier "https://example.org/a[1]%zz"',
    'dct:references <https://example.org:8080/ä?a=1#b>',
    'dcat:distribution/rdf:type dcat:Distribution',
    'dcat:distribution/dct:title "k"',
  ]);
});

test('the reader refuses what is no RDF', async () => {
  const xml = toDcat(rich, null);
  await expect(triples(xml.replace('</dct:title>', ''), IriValidationStrategy.Pragmatic)).rejects.toThrow('unexpected close tag');
  await expect(triples(xml.replace('//orcid.org/', '//orcid org/'), IriValidationStrategy.Pragmatic)).rejects.toThrow('Invalid IRI');
});

// Short, since the judge of addresses takes exponential time for those it refuses.
const tails = fc.string({
  unit: fc.constantFrom(...Array.from('a:/?#[]@!%2f \\|<>"{}^`ü\u{1f600}\ufffd\ue000\u200e\u0001\n')),
  maxLength: 10,
});
const addresses = fc.tuple(fc.constantFrom('https://', 'http://a', 'info:', 'urn:', 'https://a/', '10.1/', ''), tails);

test('whatever is written where an address should be, RDF readers take it', async () => {
  await fc.assert(
    fc.asyncProperty(addresses, async (parts) => {
      const text = parts.join('');
      const [related, right] = [rich.relatedIdentifiers[0]!, rich.rights[0]!];
      const metadata: RecordMetadata = {
        ...rich,
        doi: null,
        identifier: text,
        alternateIdentifiers: [{ alternateIdentifier: text, alternateIdentifierType: 'URL' }],
        subjects: [{ ...rich.subjects[0]!, valueUri: text }],
        relatedIdentifiers: [
          { ...related, doi: null, relatedIdentifier: text },
          { ...related, doi: text },
        ],
        rights: [{ ...right, kind: 'licence', rightsUri: text }],
        fundingReferences: [{ ...rich.fundingReferences[0]!, awardUri: text }],
      };
      expect(await said(metadata, [{ ...file, url: text }])).toContain('dct:title "100% of {x_1} & y"');
    }),
  );
});

describe.skipIf(noGenuineData !== null)(`genuine records${noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`}`, () => {
  test.each([
    ['zenodo/dump-2026-06', 457],
    ['zenodo/chain-2024-09', 550],
    ['zenodo/legacy', 112],
    ['zenodo/registered', 12],
    ['zenodo/http', 9],
    ['datacite/corpora', 85],
    ['datacite/examples', 179],
  ])('an RDF library reads all of %s, with titles, creators and licences', async (folder, count) => {
    const records = genuineIn(folder);
    for (const { name, metadata } of records) {
      const quads = await triples(toDcat(metadata, null), IriValidationStrategy.Pragmatic);
      const values = (property: string): string[] =>
        quads.filter((quad) => quad.predicate.value === property).map((quad) => quad.object.value);
      const licences = metadata.rights.filter((each) => each.kind === 'licence').map((each) => each.rightsUri);
      expect(values('http://purl.org/dc/terms/title'), name).toEqual(
        expect.arrayContaining(metadata.titles.length === 0 ? [] : [metadata.title]),
      );
      expect(values('http://xmlns.com/foaf/0.1/name'), name).toEqual(expect.arrayContaining(metadata.creators.map((each) => each.name)));
      expect(values('http://purl.org/dc/terms/license'), name).toEqual(
        expect.arrayContaining(licences.filter((uri) => uri !== null && /^https?:\/\/\S+$/.test(uri))),
      );
    }
    expect(records).toHaveLength(count);
  });
});
