import { expect, test } from 'vitest';
import { bare, rich } from '../test/rich.ts';
import { toDcat } from './index.ts';

const file = { key: 'a & b.csv', size: 12, checksum: 'md5:0f', url: 'https://zenodo.org/api/records/12/files/a%20%26%20b.csv/content' };

/** The elements under the record, each as it is written. */
function said(xml: string): string[] {
  const [, inner] = /<rdf:Description[^>]*>(.*)<\/rdf:Description><\/rdf:RDF>$/s.exec(xml) ?? [];
  const parts: string[] = [];
  for (let rest = inner!; rest !== '';) {
    const [, name] = /^<([\w:]+)/.exec(rest)!;
    const end = /^<[^>]*\/>/.exec(rest)?.[0].length ?? rest.indexOf(`</${name}>`) + name!.length + 3;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return parts;
}

test('what the record says becomes DCAT', () => {
  const parts = said(toDcat(rich, [file]));
  expect(parts).toEqual(
    expect.arrayContaining([
      '<rdf:type rdf:resource="http://www.w3.org/ns/dcat#Dataset"/>',
      '<dct:type rdf:resource="http://purl.org/dc/dcmitype/Text"/>',
      '<dct:identifier rdf:datatype="http://www.w3.org/2001/XMLSchema#anyURI">https://doi.org/10.5281/zenodo.12</dct:identifier>',
      '<dct:creator><rdf:Description rdf:about="https://orcid.org/0000-0002-1825-0097"><rdf:type rdf:resource="http://xmlns.com/foaf/0.1/Person"/>' +
        '<foaf:name>Müller &amp; Söhne, Änne</foaf:name><foaf:givenName>Änne</foaf:givenName><foaf:familyName>Müller &amp; Söhne</foaf:familyName>' +
        '<org:memberOf><foaf:Organization rdf:about="https://ror.org/01aj84f44"><foaf:name>Aarhus University</foaf:name></foaf:Organization></org:memberOf>' +
        '</rdf:Description></dct:creator>',
      '<dct:title>100% of {x_1} &amp; y</dct:title>',
      '<dct:alternative xml:lang="en">A subtitle</dct:alternative>',
      '<dct:issued rdf:datatype="http://www.w3.org/2001/XMLSchema#gYearMonth">2024-05</dct:issued>',
      '<dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2024-06-01</dct:modified>',
      '<dct:temporal><dct:PeriodOfTime><dcat:startDate rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2020-01-01</dcat:startDate>' +
        '<dcat:endDate rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2021-12-31</dcat:endDate></dct:PeriodOfTime></dct:temporal>',
      '<dcat:keyword>one</dcat:keyword>',
      '<dct:subject><skos:Concept><skos:prefLabel>two</skos:prefLabel><skos:inScheme><skos:ConceptScheme><dct:title>MeSH</dct:title></skos:ConceptScheme></skos:inScheme></skos:Concept></dct:subject>',
      '<dct:language rdf:resource="http://publications.europa.eu/resource/authority/language/ENG"/>',
      '<dct:isVersionOf rdf:resource="https://doi.org/10.5281/zenodo.11"/>',
      '<dct:isPartOf rdf:resource="https://zenodo.org/communities/eu/"/>',
      '<dct:accessRights rdf:resource="http://publications.europa.eu/resource/authority/access-right/PUBLIC"/>',
      '<schema:funder><foaf:Organization rdf:about="https://ror.org/00k4n6c32"><foaf:name>European Commission</foaf:name></foaf:Organization></schema:funder>',
      '<frapo:isFundedBy><foaf:Project rdf:about="info:eu-repo/grantAgreement/EC/H2020/1/"><dct:identifier>1</dct:identifier><dct:title>A grant</dct:title></foaf:Project></frapo:isFundedBy>',
      '<dct:spatial><dct:Location><locn:geographicName>Here</locn:geographicName><dcat:centroid rdf:datatype="http://www.opengis.net/ont/geosparql#wktLiteral">POINT(2 1)</dcat:centroid></dct:Location></dct:spatial>',
      '<dcat:distribution><dcat:Distribution><dct:license rdf:resource="https://creativecommons.org/licenses/by/4.0/legalcode"/>' +
        '<dcat:accessURL rdf:resource="https://doi.org/10.5281/zenodo.12"/><dct:title>a &amp; b.csv</dct:title>' +
        '<dcat:downloadURL rdf:resource="https://zenodo.org/api/records/12/files/a%20%26%20b.csv/content"/>' +
        '<dcat:byteSize rdf:datatype="http://www.w3.org/2001/XMLSchema#nonNegativeInteger">12</dcat:byteSize>' +
        '<spdx:checksum><spdx:Checksum><spdx:algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_md5"/>' +
        '<spdx:checksumValue rdf:datatype="http://www.w3.org/2001/XMLSchema#hexBinary">0f</spdx:checksumValue></spdx:Checksum></spdx:checksum>' +
        '</dcat:Distribution></dcat:distribution>',
    ]),
  );
});

test('where no files are known the distribution leads to the page', () => {
  expect(said(toDcat(rich, null)).at(-1)).toBe(
    '<dcat:distribution><dcat:Distribution><dct:license rdf:resource="https://creativecommons.org/licenses/by/4.0/legalcode"/>' +
      '<dcat:accessURL rdf:resource="https://doi.org/10.5281/zenodo.12"/></dcat:Distribution></dcat:distribution>',
  );
  expect(said(toDcat(bare, null))).toEqual(['<rdf:type rdf:resource="http://www.w3.org/ns/dcat#Dataset"/>']);
});
