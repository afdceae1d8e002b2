import { parseXml } from '@thresher/oai';
import { expect, test } from 'vitest';
import { bare, rich } from '../../test/rich.ts';
import { mapMetadata, toOaiDc } from '../index.ts';

function values(xml: string): [string, string][] {
  return parseXml(xml).children.map((each) => [each.name, each.text]);
}

test('the elements as Zenodo has them', () => {
  expect(values(toOaiDc(rich))).toEqual([
    ['contributor', 'Doe, John'],
    ['contributor', 'Roe, Jane'],
    ['coverage', 'Here'],
    ['creator', 'Müller & Söhne, Änne'],
    ['creator', 'Institute for This, That and More'],
    ['creator', 'Anne van Weerden'],
    ['date', '2024-05'],
    ['description', 'First line.\nSecond < line.'],
    ['identifier', 'https://doi.org/10.5281/zenodo.12'],
    ['identifier', 'oai:zenodo.org:12'],
    ['language', 'eng'],
    ['publisher', 'Zenodo'],
    ['relation', 'info:eu-repo/grantAgreement/EC/H2020/1/'],
    ['relation', 'https://doi.org/10.1000/a%3C1%3E'],
    ['relation', 'https://zenodo.org/communities/eu/'],
    ['relation', 'https://doi.org/10.5281/zenodo.11'],
    ['rights', 'Creative Commons Attribution 4.0 International'],
    ['rights', 'https://creativecommons.org/licenses/by/4.0/legalcode'],
    ['rights', 'info:eu-repo/semantics/openAccess'],
    ['source', 'Journal of X'],
    ['subject', 'one'],
    ['subject', 'two'],
    ['title', '100% of {x_1} & y'],
    ['title', 'A subtitle'],
    ['type', 'info:eu-repo/semantics/article'],
  ]);
  expect(values(toOaiDc(bare))).toEqual([]);
});

test('read back, what oai_dc can say is the same', () => {
  const { metadata } = mapMetadata(parseXml(toOaiDc(rich)), { identifier: 'oai:example.org:1', setSpecs: ['user-eu'] });
  const { title, doi, conceptDoi, description, publicationYear, publicationDate, language, accessRight, communities, publisher } = rich;
  expect(metadata).toMatchObject({
    title,
    doi,
    conceptDoi,
    description,
    publicationYear,
    publicationDate,
    language,
    accessRight,
    communities,
    publisher,
  });
  expect(metadata?.creators.map((each) => each.name)).toEqual(rich.creators.map((each) => each.name));
  expect(metadata?.resourceType).toMatchObject({ type: 'publication', subtype: 'article' });
  expect(metadata?.relatedIdentifiers.map((each) => each.doi).filter((each) => each !== null)).toEqual([
    '10.1000/a<1>',
    '10.5281/zenodo.11',
  ]);
});

test('an embargo says when it ends', () => {
  const available = { text: '2030-01-01', start: '2030-01-01', end: '2030-01-01', dateType: 'Available', dateInformation: null };
  const xml = toOaiDc({ ...rich, accessRight: 'embargoed', dates: [available] });
  expect(values(xml)).toContainEqual(['date', 'info:eu-repo/date/embargoEnd/2030-01-01']);
});

const dublinCore = (inner: string, identifier = 'oai:litoral.example.org:artigo/88') => {
  const xml = `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</oai_dc:dc>`;
  return mapMetadata(parseXml(xml), { identifier, setSpecs: [] }).metadata!;
};

test.each([
  [
    'an article of a journal',
    '<dc:title xml:lang="pt-BR">Mangues do Sul</dc:title><dc:title xml:lang="fr-CA">Les mangroves</dc:title><dc:source xml:lang="pt-BR">Revista do Litoral; v. 12 n. 1 (2017): Estuários; e17-e31</dc:source>' +
      '<dc:source>2358-2839</dc:source><dc:source>1678-3166</dc:source><dc:relation>Caderno de campo, caixa 3</dc:relation><dc:type>info:eu-repo/semantics/article</dc:type>' +
      '<dc:type>info:eu-repo/semantics/submittedVersion</dc:type><dc:language>por</dc:language><dc:language>fra</dc:language><dc:coverage>1790/1822</dc:coverage>' +
      '<dc:identifier>10.5072/litoral.v12i1.88</dc:identifier><dc:description>Duas\nlinhas &amp;lt;aqui&amp;gt;</dc:description><dc:rights>CC</dc:rights>',
  ],
  [
    'a thesis of a repository',
    '<dc:title xml:lang="nb">Is i fjorden</dc:title><dc:contributor>Dal, Ola</dc:contributor><dc:publisher xml:lang="nb">Fjordskolen</dc:publisher>' +
      '<dc:subject xml:lang="nb">is</dc:subject><dc:subject>ice</dc:subject><dc:date>1998-11</dc:date><dc:type>Master thesis</dc:type>' +
      '<dc:type>info:eu-repo/semantics/acceptedVersion</dc:type><dc:format>188 s.</dc:format><dc:identifier>https://fjord.example.org/t/188</dc:identifier>' +
      '<dc:source>Skrifter 12</dc:source><dc:source>188</dc:source><dc:language>nob</dc:language><dc:language>en</dc:language>' +
      '<dc:relation xml:lang="nb">Bilag: kart</dc:relation><dc:coverage xml:lang="nb">Hardanger</dc:coverage><dc:coverage>1901-1950</dc:coverage>',
  ],
])('%s that came as oai_dc is handed on as it came', (_kind, inner) => {
  const came = parseXml(`<dc xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</dc>`).children;
  const gone = parseXml(toOaiDc(dublinCore(inner))).children;
  const facts = (elements: typeof came) => elements.map(({ name, text, attributes }) => [name, text, attributes['xml:lang']]);
  expect(facts(gone)).toEqual(facts(came));
});

test('the DOI of the header is added, and an element that oai_dc does not know is left out', () => {
  const metadata = dublinCore('<dc:title>T</dc:title><dc:bogus>x</dc:bogus>', 'doi:10.5072/DC-one');
  expect(metadata.doi).toBe('10.5072/dc-one');
  expect(values(toOaiDc(metadata))).toEqual([
    ['title', 'T'],
    ['identifier', 'https://doi.org/10.5072/dc-one'],
  ]);
});
