import { refreshAnalytics } from '@thresher/store/read';
import { DomUtils, parseDocument } from 'htmlparser2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

const creator = (name: string, orcid: string, ror: string): string => `<creator><creatorName>${name}</creatorName>
  <nameIdentifier nameIdentifierScheme="ORCID">${orcid}</nameIdentifier><affiliation affiliationIdentifier="https://ror.org/${ror}" affiliationIdentifierScheme="ROR">Org ${ror}</affiliation></creator>`;
const ANA = '0000-0002-1825-0097';
const BEN = '0000-0001-5109-3700';
const paper = (n: number, year: number, people: string): string =>
  `<creators>${people}</creators><titles><title>Paper ${n}</title></titles><publicationYear>${year}</publicationYear>
   <dates><date dateType="Issued">${year}-01-0${n % 9 || 1}</date></dates><resourceType resourceTypeGeneral="Dataset"/>`;

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 0 });
  const [cern, lab] = ['01ggx4157', '05a28rw58'];
  await api.store([
    harvested(7, EVERYTHING),
    harvested(11, paper(11, 2021, creator('Nunez, A.', ANA, cern) + creator('Moon, Ben', BEN, lab)), { setSpecs: ['user-tides'] }),
    harvested(12, paper(12, 2023, creator('Moon, Ben', BEN, lab)), { setSpecs: ['user-tides', 'user-ice'] }),
  ]);
  await api.store([
    harvested(12, paper(12, 2023, creator('Moon, Ben', BEN, lab)), { setSpecs: ['user-ice'], datestamp: '2024-06-02T00:00:00Z' }),
  ]);
  await refreshAnalytics(api.database.db, { force: true });
});
afterAll(() => api[Symbol.asyncDispose]());

async function pageOf(path: string) {
  const reply = await api.app.inject({ url: path, headers: { accept: 'text/html' } });
  const document = parseDocument(reply.body);
  const texts = DomUtils.filter((node) => node.type === 'text', document).map((node) => DomUtils.textContent(node));
  return {
    status: reply.statusCode,
    text: texts.join(' ').replace(/\s+/g, ' '),
    hrefs: DomUtils.getElementsByTagName('a', document).map(({ attribs }) => attribs['href']),
  };
}

test('a community shows its size, its growth, what is in it and who joined and left', async () => {
  const { text, hrefs } = await pageOf('/communities/tides');
  expect(text).toContain('2 records, all versions');
  expect(text).toMatch(/As a table Year Records 2021 1 2024 1/);
  expect(text).toMatch(/Who joined and left left Paper 12 .* joined Paper 12/);
  for (const shown of ['Publication 1', 'Núñez, Ana 1', 'European Commission 1', 'thresher sync zenodo --set user-tides'])
    expect(text).toContain(shown);
  expect(hrefs).toEqual(expect.arrayContaining(['/records/7', '/records/11', '/feeds/communities/tides.atom', '/?communities=tides']));
  const list = await pageOf('/communities?q=ice');
  expect([list.hrefs.includes('/communities/ice'), list.hrefs.includes('/communities/tides')]).toEqual([true, false]);
});

test('a person shows works, spellings and co-authors', async () => {
  const { text, hrefs } = await pageOf(`/people/${ANA}`);
  expect(text).toContain('2 records');
  expect(text).toContain('2021 to 2024');
  expect(text).toMatch(/Also written as (?:Nunez, A\.|Núñez, Ana)/);
  expect(text).toContain('Works with others who have an ORCID iD Moon, Ben 1');
  expect(hrefs).toEqual(expect.arrayContaining([`/people/${BEN}`, '/communities/tides', `https://orcid.org/${ANA}`]));
  expect((await pageOf('/records/7')).hrefs).toContain(`/people/${ANA}`);
});

test('an organisation shows works and partners', async () => {
  const { text, hrefs } = await pageOf('/organisations/05a28rw58');
  expect(text).toContain('Org 05a28rw58');
  expect(text).toContain('2 works');
  expect(hrefs).toContain('/organisations/01ggx4157');
  expect((await pageOf('/records/7')).hrefs).toContain('/organisations/01ggx4157');
});

test('the collection at a glance has its figures, each with its query and as CSV', async () => {
  const { text, hrefs } = await pageOf('/analytics');
  expect(text).toContain('Works by year of publication');
  expect(text).toMatch(/As a table Year Works 2021 1 2023 1 2024 1 SQL select publication_year as label/);
  expect(text).toMatch(/Most prolific people Moon, Ben 2/);
  expect(hrefs).toEqual(expect.arrayContaining([`/people/${BEN}`, '/communities/ice', '/analytics/types.csv']));
  const csv = await api.app.inject('/analytics/types.csv');
  expect([csv.headers['content-type'], csv.body]).toEqual(['text/csv; charset=utf-8', 'label,works\r\ndataset,2\r\npublication,1\r\n']);
  expect((await api.app.inject('/analytics/nothing.csv')).statusCode).toBe(404);
});

test('an unknown person or organisation is 404 with an explanation', async () => {
  for (const path of ['/people/0000-0000-0000-0001', '/organisations/0zzzzzz99', '/communities/nowhere'])
    expect([path, (await pageOf(path)).status]).toEqual([path, 404]);
});
