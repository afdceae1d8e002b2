import { readFacts } from '@thresher/datacite';
import { writeFacts } from '@thresher/store/write';
import { saveFetched } from '@thresher/store/read';
import { DomUtils, parseDocument } from 'htmlparser2';
import LinkHeader from 'http-link-header';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, EVERYTHING, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

const EVIL = '&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  await api.store([
    harvested(7, EVERYTHING),
    harvested(
      101,
      `${version('Glaciers of the moon', '2020-01-01', 100)}<fundingReferences><fundingReference><funderName>A funder without an award</funderName></fundingReference>
        <fundingReference><funderName>European Commission</funderName><awardNumber>101</awardNumber></fundingReference></fundingReferences>`,
    ),
    harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100)),
    harvested(201, version('A record to be deleted', '2020-01-01', 200)),
    harvested(
      301,
      `<titles><title>Ice cites the moon</title></titles><publicationYear>2022</publicationYear><relatedIdentifiers>
        <relatedIdentifier relatedIdentifierType="DOI" relationType="Cites">10.5281/zenodo.100</relatedIdentifier></relatedIdentifiers>`,
    ),
    harvested(
      401,
      `<titles><title>${EVIL}"'</title></titles><descriptions><description descriptionType="Abstract">${EVIL}</description></descriptions>`,
    ),
  ]);
  await api.store([deleted(201, '2024-06-01T00:00:00Z')]);
  for (const [day, title] of ['First title', 'Second title', 'Third title'].entries())
    await api.store([harvested(601, `<titles><title>${title}</title></titles>`, { datestamp: `2024-07-0${day + 1}T00:00:00Z` })]);
  const facts = readFacts({
    metadata: {
      description: '<p onclick="x()">Ice &amp; <b>dust</b><script>alert(1)</script></p>',
      languages: [{ id: 'eng' }, { id: 'cym' }],
      funding: [
        {
          funder: { name: 'European Commission' },
          award: { number: '101', title: { en: 'Tidal' }, acronym: 'TIDAL', program: 'HORIZON.2.6' },
        },
      ],
      references: [{ reference: 'Moon (1990)', identifier: '10.5072/moon', scheme: 'doi' }, { reference: '<b>Sun</b>' }],
    },
    custom_fields: {
      'journal:journal': { title: 'Annals of Tides', volume: '7', issue: '2', pages: '11-19', issn: '2999-0008' },
      'dwc:family': ['Fucaceae', 'Laminariaceae'],
      'dwc:scientificName': ['Fucus serratus'],
      'code:codeRepository': 'https://example.org/code',
    },
    stats: { all_versions: { views: 5 }, this_version: { views: 2 } },
  });
  await writeFacts(api.database.db, api.sourceId, [{ oaiIdentifier: 'oai:zenodo.org:101', facts }], new Date('2026-09-05T03:00:00Z'));
  const { id } = await api.database.db.selectFrom('record').select('id').where('recid', '=', 7).executeTakeFirstOrThrow();
  const file = (key: string) => ({ key, fileId: null, size: 10, checksum: 'md5:00', url: `https://zenodo.org/records/7/files/${key}` });
  await saveFetched(api.database.db, id, { files: [file('a b.pdf'), file('t.csv')], stats: null }, new Date());
});
afterAll(() => api[Symbol.asyncDispose]());

/** The texts of a document, each by itself. */
function textsIn(document: ReturnType<typeof parseDocument>): string[] {
  return DomUtils.filter((node) => node.type === 'text', document).map((node) => DomUtils.textContent(node));
}

/** The page as a browser without scripts has it. */
async function pageOf(path: string) {
  const reply = await api.app.inject({ url: path, headers: { accept: 'text/html', host: 'localhost' } });
  const document = parseDocument(reply.body);
  const all = (tag: string) => DomUtils.getElementsByTagName(tag, document);
  const metas = Map.groupBy(all('meta'), ({ attribs }) => attribs['name'] ?? attribs['property'] ?? '');
  return {
    reply,
    text: textsIn(document).join(' ').replace(/\s+/g, ' '),
    hrefs: all('a').map(({ attribs }) => attribs['href']),
    meta: (name: string) => metas.get(name)?.map(({ attribs }) => attribs['content']) ?? [],
    scripts: all('script'),
    jsonLd: () =>
      JSON.parse(DomUtils.textContent(all('script').filter(({ attribs }) => attribs['type'] === 'application/ld+json'))) as object,
    all,
  };
}

test('the page of a record is whole without scripts', async () => {
  const { reply, text, hrefs, all } = await pageOf('/records/7');
  expect(reply.statusCode).toBe(200);
  for (const shown of [
    'Tides of Geneva',
    'Gezeiten',
    'Núñez, Ana',
    'CERN',
    'High and low.',
    'CC BY',
    'Version v1.0',
    'a b.pdf',
    '10 B',
    'European Commission',
    'Journal article',
  ])
    expect(text).toContain(shown);
  expect(text).toMatch(/Núñez, A\., & Harbour Board\. \(2024\)\. Tides of Geneva/);
  for (const link of [
    'https://orcid.org/0000-0002-1825-0097',
    'https://doi.org/10.5281/zenodo.7',
    'https://creativecommons.org/licenses/by/4.0/',
    'https://zenodo.org/records/7/files/a b.pdf',
    'https://doi.org/10.1000/abc',
  ])
    expect(hrefs).toContain(link);
  expect(all('h1')).toHaveLength(1);
});

test('reference managers find citation tags and JSON-LD', async () => {
  const { meta, jsonLd } = await pageOf('/records/7');
  expect(meta('citation_title')).toEqual(['Tides of Geneva']);
  expect(meta('citation_author')).toEqual(['Núñez, Ana', 'Harbour Board']);
  expect(meta('citation_author_orcid')).toEqual(['https://orcid.org/0000-0002-1825-0097']);
  expect(meta('citation_author_institution')).toEqual(['CERN', 'Sea Lab']);
  expect(meta('citation_publication_date')).toEqual(['2024/05']);
  expect(meta('citation_doi')).toEqual(['10.5281/zenodo.7']);
  expect(meta('citation_keywords')).toEqual(['tide', 'sea']);
  expect(meta('citation_pdf_url')).toEqual(['https://zenodo.org/records/7/files/a b.pdf']);
  expect(meta('description')).toEqual(['High and low.']);
  expect(jsonLd()).toMatchObject({
    '@context': 'https://schema.org/',
    '@type': 'ScholarlyArticle',
    name: 'Tides of Geneva',
    distribution: [{ name: 'a b.pdf', encodingFormat: 'application/pdf' }, { contentUrl: 'https://zenodo.org/records/7/files/t.csv' }],
  });
  const told = await pageOf('/records/101');
  const names = ['journal_title', 'volume', 'issue', 'firstpage', 'lastpage', 'issn'];
  expect(names.map((name) => told.meta(`citation_${name}`)[0])).toEqual(['Annals of Tides', '7', '2', '11', '19', '2999-0008']);
});

test('the Link header has the relations of FAIR Signposting', async () => {
  const { reply } = await pageOf('/records/7');
  const links = LinkHeader.parse(String(reply.headers['link']));
  const of = (rel: string) => links.rel(rel).map(({ uri }) => uri);
  expect(of('cite-as')).toEqual(['https://doi.org/10.5281/zenodo.7']);
  expect(of('author')).toEqual(['https://orcid.org/0000-0002-1825-0097']);
  expect(of('type')).toEqual(['https://schema.org/AboutPage', 'https://schema.org/ScholarlyArticle']);
  expect(of('license')).toEqual(['https://creativecommons.org/licenses/by/4.0/']);
  expect(links.rel('item').map(({ uri, type }) => [uri, type])).toEqual([
    ['https://zenodo.org/records/7/files/a%20b.pdf', 'application/pdf'],
    ['https://zenodo.org/records/7/files/t.csv', 'text/csv'],
  ]);
  expect(links.rel('describedby').map(({ type }) => type)).toContain('application/vnd.datacite.datacite+xml');
  const [linkset] = links.rel('linkset');
  const document = await api.app.inject(new URL(linkset!.uri).pathname);
  expect(document.headers['content-type']).toMatch(linkset!['type']!);
  expect(LinkHeader.parse(document.body.replaceAll('\n', ' ')).rel('item')).toHaveLength(2);
});

test('related works are shown in both directions, and versions', async () => {
  const named = await pageOf('/records/102');
  expect(named.text).toContain('Named by these records Cites this Ice cites the moon');
  expect(named.hrefs).toContain('/records/301');
  expect(named.text).toContain('2 versions');
  const naming = await pageOf('/records/301');
  expect(naming.text).toContain('Cites Glaciers of the moon, revised');
  expect(naming.hrefs).toContain('/records/102');
});

test('what only JSON says is shown, its HTML sanitised', async () => {
  const { reply, text, all } = await pageOf('/records/101');
  expect(reply.body).toContain('<p>Ice &amp; <b>dust</b></p>');
  for (const shown of [
    'Annals of Tides, 7(2), pages 11-19, ISSN 2999-0008',
    'Fucus serratus',
    'English, Welsh',
    '<b>Sun</b>',
    'TIDAL – Tidal',
    'programme HORIZON.2.6',
    '2 of 5 in all versions',
  ])
    expect(text).toContain(shown);
  expect(all('p').filter(({ attribs }) => 'onclick' in attribs)).toEqual([]);
});

test('what a depositor writes stays text in every place of the page', async () => {
  const { reply, meta, scripts, jsonLd } = await pageOf('/records/401');
  const title = `</title></script><script>alert(1)</script>"'`;
  expect(meta('citation_title')).toEqual([title]);
  expect(jsonLd()).toMatchObject({ name: title });
  expect(scripts.map(({ attribs }) => attribs['type'])).toEqual(['module', 'application/ld+json']);
  expect(reply.body).not.toContain('<script>');
});

test('other names of a record lead to its address', async () => {
  for (const [name, location] of [
    ['10.5281/zenodo.7', '/records/7'],
    ['oai:zenodo.org:7', '/records/7'],
    ['100', '/records/102'],
  ]) {
    const { reply } = await pageOf(`/records/${name}`);
    expect([name, reply.statusCode, reply.headers['location']]).toEqual([name, 302, location]);
  }
});

test('a deleted record has a tombstone, and an unknown one a search', async () => {
  const gone = await pageOf('/records/201');
  expect([gone.reply.statusCode, gone.text]).toEqual([410, expect.stringContaining('A record to be deleted')]);
  const unknown = await pageOf('/records/nonsense');
  expect(unknown.reply.statusCode).toBe(404);
  expect(unknown.hrefs).toContain('/?q=%22nonsense%22');
  expect((await api.app.inject('/records/nonsense')).json()).toMatchObject({ type: 'urn:thresher:problem:unknown-record' });
});

test('the versions of a record can be compared, on a page and in the API', async () => {
  const page = await pageOf('/records/102/compare');
  expect(page.text).toContain('4 fields differ between record 101 and record 102');
  expect(page.all('del').map((one) => DomUtils.textContent(one))).toContain('2020');
  expect(page.all('ins').map((one) => DomUtils.textContent(one))).toContain(', revised');
  // The words around it are not marked.
  expect(page.all('p').map((one) => DomUtils.textContent(one))).toContain('Glaciers of the moon, revised');
  const turned = await pageOf('/records/102/compare?from=102&to=101');
  expect(turned.all('del').map((one) => DomUtils.textContent(one))).toContain(', revised');
  const compared = await api.app.inject('/api/records/10.5281/zenodo.101/compare?with=10.5281/zenodo.102');
  expect(compared.json()).toMatchObject({
    before: '101',
    after: '102',
    differences: expect.arrayContaining([
      {
        field: 'title',
        label: 'Title',
        removed: ['Glaciers of the moon'],
        added: ['Glaciers of the moon, revised'],
        note: null,
        words: {
          before: [{ text: 'Glaciers of the moon', changed: false }],
          after: [
            { text: 'Glaciers of the moon', changed: false },
            { text: ', revised', changed: true },
          ],
        },
      },
    ]),
  });
  expect((await api.app.inject('/api/records/101/compare?with=999')).statusCode).toBe(404);
});

test('the history of a record has what each revision changed', async () => {
  const { hrefs, text } = await pageOf('/records/601');
  expect(text).toContain('History');
  expect(hrefs).toContain('/records/601/history');
  const page = await pageOf('/records/601/history');
  expect(page.text).toContain('3 revisions, as this mirror saw them.');
  expect(page.all('del').map((one) => DomUtils.textContent(one))).toEqual(['Second', 'First']);
  expect(page.all('ins').map((one) => DomUtils.textContent(one))).toEqual(['Third', 'Second']);
  const history = (await api.app.inject('/api/records/601/history?size=2')).json<{ revisions: object[]; total: number }>();
  expect(history.total).toBe(3);
  expect(history.revisions).toMatchObject([
    { revision: 3, until: null, paths: expect.arrayContaining(['title']), differences: [{ field: 'title' }] },
    { revision: 2, differences: [{ field: 'title' }] },
  ]);
});

test('a record whose facts came later has one revision of its metadata', async () => {
  const { revision } = await api.database.db.selectFrom('record').select('revision').where('recid', '=', 101).executeTakeFirstOrThrow();
  expect(revision).toBeGreaterThan(1);
  const page = await pageOf('/records/101/history');
  expect(page.text).toContain('1 revision, as this mirror saw them.');
  expect(page.text).toContain('First seen here.');
  expect(page.text).not.toContain('not shown');
  const history = (await api.app.inject('/api/records/101/history')).json<{ revisions: object[]; total: number }>();
  expect([history.total, history.revisions.length]).toEqual([1, 1]);
});

test('what is missing in the metadata is remarked on, and the record is there as JSON and as XML', async () => {
  const { text, hrefs } = await pageOf('/records/301');
  expect(text).toMatch(/\d remarks on the quality of this metadata/);
  expect(text).toContain('The record names no creator.');
  const xml = hrefs.find((href) => href?.startsWith('/oai2d'));
  const answer = await api.app.inject(xml!);
  expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('Ice cites the moon')]);
  const json = hrefs.find((href) => href?.endsWith('/export/normalised'));
  expect((await api.app.inject(URL.parse(json!)!.pathname)).json()).toMatchObject({ metadata: { title: 'Ice cites the moon' } });
});
