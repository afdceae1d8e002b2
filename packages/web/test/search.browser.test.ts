import { harvested } from '@thresher/api/testing';
import type { Page } from 'playwright-core';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sameQuery } from '../src/same-query.ts';
import { EMPTY_SEARCH, FACETS } from '../src/search-state.ts';
import { chromiumPath, violationsOf, WITHOUT_CHROMIUM } from './browser.ts';
import { createSite, type Site, titles } from './site.ts';

const subjects = (...terms: string[]): string => `<subjects>${terms.map((term) => `<subject>${term}</subject>`).join('')}</subjects>`;
const paper = (title: string, year: number, more: string): string =>
  `<titles><title>${title}</title></titles><publicationYear>${year}</publicationYear><dates><date dateType="Issued">${year}-02-01</date></dates>${more}`;

describe.skipIf(chromiumPath === undefined)(`the search page${WITHOUT_CHROMIUM}`, () => {
  let site: Site;
  const open: Site['open'] = (path, options) => site.open(path, options);
  beforeAll(async () => {
    site = await createSite();
    const { api } = site;
    await api.store([
      harvested(1001, paper('Lagoon reefs', 2019, subjects('Climate change', 'lagoon'))),
      harvested(1002, paper('Lagoon fish', 2020, subjects('climate change', 'Lagoon'))),
      harvested(1003, paper('Lagoon mud', 2022, subjects('Climate change; Mud; lagoon'))),
      harvested(1004, paper('Lagoon words', 2022, subjects(...Array.from({ length: 30 }, (_, n) => `term ${n}`), 'Rare término'))),
    ]);
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const total = async (page: Page): Promise<string | null> => page.locator('.status strong').textContent();
  const subject = (page: Page, name: RegExp) => page.locator('[data-fold="subject"]').getByRole('checkbox', { name });

  test('subjects that differ in case are one, and a keyword that holds a list is its parts', async () => {
    const page = await open('/?q=title:lagoon');
    await page.getByText('4 records').waitFor();
    await page.locator('[data-fold="subject"] > summary').click();
    expect(await page.locator('[data-fold="subject"] .choice', { hasText: /^Climate change/ }).textContent()).toBe('Climate change3');
    expect(await subject(page, /^climate change/i).count()).toBe(1);
    await subject(page, /^lagoon/i).check();
    await expect.poll(() => total(page)).toBe('3 records');
    await subject(page, /^Climate change/).check();
    await page.goto('/?q=lagoon&subject=MUD');
    await expect.poll(() => titles(page)).toEqual(['Lagoon mud']);
    expect(await subject(page, /^Mud/).isChecked()).toBe(true);
  });

  test('the words of the query are highlighted, those of chosen filters are not', async () => {
    const page = await open('/?q=mud&subject=lagoon&from=2022&to=2022');
    await expect.poll(() => titles(page)).toEqual(['Lagoon mud']);
    expect(await page.locator('.hit mark').allTextContents()).toEqual(['mud']);
  });

  test('a value that is not among the first is found within its facet', async () => {
    const page = await open('/?q=title:lagoon');
    await page.getByText('4 records').waitFor();
    await page.locator('[data-fold="subject"] > summary').click();
    await page.getByRole('searchbox', { name: 'Find in Subject' }).fill('termino');
    await page
      .locator('.found-values')
      .getByRole('checkbox', { name: /^Rare término/ })
      .click();
    await expect.poll(() => titles(page)).toEqual(['Lagoon words']);
    await page.getByRole('button', { name: 'Remove filter: Rare término' }).waitFor();
  });

  test('the years can be chosen with pointer and keyboard, and screen readers read them', async () => {
    const page = await open('/?q=title:lagoon');
    await page.getByText('4 records').waitFor();
    const years = page.getByRole('group', { name: 'Records by year of publication' });
    expect(await years.getByRole('button').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label')))).toEqual([
      '2019: 1 record',
      '2020: 1 record',
      '2021: 0 records',
      '2022: 2 records',
    ]);
    expect(await page.locator('.year-axis').textContent()).toBe('2019up to 22022');
    await years.getByRole('button', { name: '2020' }).click();
    await expect.poll(() => titles(page)).toEqual(['Lagoon fish']);
    expect(new URL(page.url()).search).toBe('?q=title%3Alagoon&from=2020&to=2020');
    expect(await years.getByRole('button', { pressed: true }).count()).toBe(1);
    // The other years keep their counts.
    expect(await years.getByRole('button').count()).toBe(4);
    await years.getByRole('button', { name: '2022' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(() => titles(page)).toEqual(['Lagoon reefs']);
    const [first, last] = [
      await years.getByRole('button', { name: '2019' }).boundingBox(),
      await years.getByRole('button', { name: '2020' }).boundingBox(),
    ];
    await page.mouse.move(first!.x + 2, first!.y + 20);
    await page.mouse.down();
    await page.mouse.move(last!.x + 2, last!.y + 20);
    await page.mouse.up();
    await expect.poll(() => total(page)).toBe('2 records');
  });

  test('the same query is there for other programs, and each form finds the same records', async () => {
    const page = await open('/?q=lagoon&resource_type=&from=2020&subject=climate+change');
    await expect.poll(() => total(page)).toBe('2 records');
    await page.getByText('The same query elsewhere').click();
    const forms = await page.locator('.elsewhere pre').allTextContents();
    const url = new URL(forms[0]!);
    expect((await (await page.request.get(url.pathname + url.search)).json()) as object).toMatchObject({ hits: { total: 2 } });
    expect(forms[1]).toBe(`curl '${url.href}'`);
    const query = /^npx thresher search '(.*)'$/.exec(forms[2]!)![1]!;
    expect((await (await page.request.get(`/api/records?q=${encodeURIComponent(query)}`)).json()) as object).toMatchObject({
      hits: { total: 2 },
    });
    const { rows } = await site.api.database.readDb.pool.query<{ title: string }>(
      sameQuery({ ...EMPTY_SEARCH, q: 'lagoon', from: '2022' }, '').sql!,
    );
    expect(rows.map(({ title }) => title).toSorted((a, b) => a.localeCompare(b))).toEqual(['Lagoon mud', 'Lagoon words']);
  });

  test.each(FACETS)('a choice of %s is a query that the search takes, and SQL that the database takes', async (facet) => {
    const { commandLine, sql } = sameQuery({ ...EMPTY_SEARCH, chosen: { [facet]: ['x'] } }, '');
    const query = /^npx thresher search '(.*)'$/.exec(commandLine)![1]!;
    const reply = await site.api.app.inject(`/api/records?size=0&q=${encodeURIComponent(query)}`);
    const { warnings = [] } = reply.json<{ warnings?: { detail: string }[] }>();
    // Of files there is a warning that they are known of few records.
    expect([reply.statusCode, warnings.filter(({ detail }) => !detail.startsWith('files.types: files are known'))]).toEqual([200, []]);
    expect((await site.api.database.readDb.pool.query(sql!)).rows).toEqual([]);
  });

  test('a search is saved in this browser, with its feed, and removed again', async () => {
    const page = await open('/?q=title:lagoon');
    await page.getByText('4 records').waitFor();
    await page.locator('summary', { hasText: 'Save this search' }).click();
    await page.getByRole('button', { name: 'Save this search' }).press('Enter');
    await page.goto('/');
    await page.getByText('Saved searches (1)').click();
    const feed = await page.getByRole('link', { name: 'Feed of title:lagoon' }).getAttribute('href');
    expect((await (await page.request.get(feed!)).text()).match(/<entry>/g)).toHaveLength(4);
    await page.getByRole('link', { name: 'title:lagoon', exact: true }).click();
    await page.getByText('4 records').waitFor();
    await page.getByText('Saved searches (1)').click();
    await page.getByRole('button', { name: 'Remove title:lagoon' }).click();
    await expect.poll(() => page.locator('.saved-box summary').textContent()).toBe('Save this search');
  });

  test('records are saved in this browser, from the results and from their pages, and exported as files', async () => {
    const page = await open('/?q=title:lagoon');
    await page.getByText('4 records').waitFor();
    const box = page.locator('[data-fold="saved-records"]');
    await page.getByRole('button', { name: 'Save Lagoon fish' }).press('Enter');
    await page.getByRole('button', { name: 'Save Lagoon fish', pressed: true }).waitFor();
    expect(await box.locator('summary').textContent()).toBe('Saved records (1)');
    await page.goto('/records/101');
    await page.getByRole('button', { name: 'Save Glaciers of the moon' }).press('Enter');
    await page.goto('/?q=title:mud');
    await box.locator('summary').press('Enter');
    expect(await box.locator('.saved a').allTextContents()).toEqual(['Glaciers of the moon', 'Lagoon fish']);
    const fileOf = async (label: string): Promise<string> => {
      const href = await box.getByRole('link', { name: `Saved records as ${label}` }).getAttribute('href');
      return (await page.request.get(href!)).text();
    };
    // The first one is an earlier version.
    const [, ...lines] = (await fileOf('CSV')).trimEnd().split('\r\n');
    expect(new Set(lines.map((line) => line.split(',')[0]))).toEqual(new Set(['1002', '101']));
    expect((await fileOf('BibTeX')).match(/^@/gm)).toHaveLength(2);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
    expect(await violationsOf(page)).toEqual([]);
    await box.getByRole('button', { name: 'Remove Glaciers of the moon' }).press('Enter');
    await expect.poll(() => box.locator('.saved a').allTextContents()).toEqual(['Lagoon fish']);
    await box.getByRole('link', { name: 'Lagoon fish' }).click();
    await page.getByRole('heading', { level: 1, name: 'Lagoon fish' }).waitFor();
    await page.getByRole('button', { name: 'Save Lagoon fish', pressed: true }).click();
    await page.goto('/');
    expect(await box.locator('summary').textContent()).toBe('Saved records (0)');
  });

  test('the page is small: four requests, and less than 60 kB of JavaScript', async () => {
    const page = await open('/nowhere');
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto('/');
    await page.locator('.hit').first().waitFor();
    const counted = requests.filter((path) => !path.startsWith('/assets/icon'));
    expect(counted).toEqual(['/', expect.stringMatching(/^\/assets\//), expect.stringMatching(/^\/assets\//), '/api/records']);
    const script = counted.find((path) => path.endsWith('.js'))!;
    expect(gzipSync(await (await page.request.get(script)).body()).length).toBeLessThan(60_000);
  });

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'with everything open in %s at %i pixels it has no fault that axe knows, and nothing sticks out',
    async (colorScheme, width) => {
      const page = await open('/?q=title:lagoon&from=2019&to=2022', { colorScheme, viewport: { width, height: 900 } });
      await page.getByText('4 records').waitFor();
      await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    },
  );
});
