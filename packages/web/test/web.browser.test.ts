import {
  createStockedApi,
  deleted,
  EVERYTHING,
  harvested,
  makeRun,
  readFacts,
  saveFetched,
  type StockedApi,
  version,
  writeFacts,
} from '@thresher/api/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, launchChromium, violationsOf, WITHOUT_CHROMIUM } from './browser.ts';
import { FETCHED, TOLD } from './told.ts';

describe.skipIf(chromiumPath === undefined)(`the web page${WITHOUT_CHROMIUM}`, () => {
  let api: StockedApi;
  let browser: Browser;
  let origin: string;
  /** Records whose latest version is listed. */
  let latest: number;

  beforeAll(async () => {
    api = await createStockedApi({ size: 60 });
    await api.store([
      harvested(7, EVERYTHING),
      harvested(101, version('Glaciers of the moon', '2020-01-01', 100)),
      harvested(201, version('A record to be deleted', '2020-01-01', 200)),
      harvested(301, '<titles><title xml:lang="ara">قاعدة بيانات الأمطار</title></titles>'),
      harvested(
        501,
        `<titles><title>Seaweed of the harbour</title></titles><fundingReferences><fundingReference><funderName>Shore Fund</funderName>
        <awardNumber>101</awardNumber></fundingReference></fundingReferences>`,
      ),
      harvested(401, '<titles><title>&lt;img src=x onerror=alert(1)&gt; markup</title></titles>'),
    ]);
    // Its neighbour is told that it is the latest no more.
    const stored = await api.store([harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100))]);
    await api.store([deleted(201, '2024-06-01T00:00:00Z')]);
    await saveFetched(
      api.database.db,
      stored.find(({ oaiIdentifier }) => oaiIdentifier === 'oai:zenodo.org:102')!.recordId,
      FETCHED,
      new Date(),
    );
    const told = [{ oaiIdentifier: 'oai:zenodo.org:501', facts: readFacts(TOLD) }];
    await writeFacts(api.database.db, api.sourceId, told, new Date('2026-09-05T03:00:00Z'));
    await makeRun(api.database.db, api.sourceId);
    origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchChromium();
    latest = (await api.app.inject('/api/records?size=0')).json<{ hits: { total: number } }>().hits.total;
  });
  afterAll(async () => {
    await browser.close();
    await api[Symbol.asyncDispose]();
  });

  /** A page that fails the test when something goes wrong in it or it asks anybody but us. */
  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ baseURL: origin, ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on(
      'console',
      (message) => message.type() === 'error' && !message.text().includes('Failed to load resource') && faults.push(message.text()),
    );
    page.on('request', (request) => new URL(request.url()).origin !== origin && faults.push(`asked ${request.url()}`));
    page.on('dialog', (dialog) => faults.push(`dialog ${dialog.message()}`));
    onTestFinished(async () => {
      await context.close();
      expect(faults).toEqual([]);
    });
    await page.goto(path);
    return page;
  }

  const titles = (page: Page): Promise<string[]> => page.locator('.hit h2').allTextContents();

  test('results follow what is typed, and the address holds the search', async () => {
    const page = await open('/');
    await page.getByText(`${latest} records`).waitFor();
    await page.keyboard.type('glaciers revised');
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(await titles(page)).toEqual(['Glaciers of the moon, revised']);
    expect(await page.locator('.hit mark').allTextContents()).toEqual(['Glaciers', 'revised']);
    expect(new URL(page.url()).search).toBe('?q=glaciers+revised');
    await page.reload();
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('glaciers revised');
  });

  test('filters narrow down, each can be taken back, and so can all', async () => {
    const page = await open('/');
    await page.getByRole('checkbox', { name: /^Dataset/ }).check();
    await page.getByRole('button', { name: 'Remove filter: Dataset' }).waitFor();
    // The filter is there at once, its hits when they have come.
    await expect.poll(async () => new Set(await page.locator('.hit .badge:not(.access)').allTextContents())).toEqual(new Set(['Dataset']));
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('dataset');
    await page.getByLabel('from').fill('2020');
    await page.getByLabel('from').press('Enter');
    await page.getByText('From 2020').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText(`${latest} records`).waitFor();
    await page.goBack();
    await page.getByText('From 2020').waitFor();
  });

  test('choices of a facet add up, and their counts stay', async () => {
    const page = await open('/');
    const total = async (): Promise<number> => Number.parseInt((await page.getByRole('status').textContent())!, 10);
    const box = (name: RegExp) => page.locator('[data-fold="resource_type"]').getByRole('checkbox', { name });
    const counted = async (name: RegExp): Promise<number> =>
      Number(await page.locator('[data-fold="resource_type"] .choice', { hasText: name }).first().locator('.count').textContent());
    await page.getByText(`${latest} records`).waitFor();
    const [datasets, software] = [await counted(/Dataset/), await counted(/Software/)];
    await box(/^Dataset/).check();
    await expect.poll(total).toBe(datasets);
    expect(await counted(/Software/)).toBe(software);
    await box(/^Software/).check();
    await expect.poll(total).toBe(datasets + software);
    expect(new URL(page.url()).search).toBe('?resource_type=dataset&resource_type=software');
  });

  test('a subtype takes the place of its type', async () => {
    const page = await open('/?resource_type=publication');
    const inner = page.locator('.inner').getByRole('checkbox').first();
    await inner.check();
    await expect.poll(() => new URL(page.url()).search).toMatch(/^\?resource_type=publication-\w+$/);
    expect(await page.getByRole('checkbox', { name: /^Publication/ }).isChecked()).toBe(false);
  });

  test('other versions are shown to those who want them', async () => {
    const page = await open('/?q=glaciers+moon');
    await page.getByText('1 record', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'All versions' }).check();
    await page.getByText('2 records').waitFor();
    expect(await titles(page)).toEqual(expect.arrayContaining(['Glaciers of the moon', 'Glaciers of the moon, revised']));
  });

  test('more hits come one after the other, each once, until all are there', async () => {
    const page = await open('/');
    const more = page.getByRole('button', { name: 'Show more' });
    for (const shown of [20, 40]) {
      await expect.poll(() => page.locator('.hit').count()).toBe(shown);
      await more.click();
    }
    await expect.poll(() => page.locator('.hit').count()).toBe(latest);
    expect(await more.count()).toBe(0);
    const addresses = await page.locator('.hit h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set(addresses).size).toBe(latest);
  });

  test('what is misspelt is found nearly, and what was meant is offered', async () => {
    const page = await open('/?q=glaziers+moon');
    await page.locator('.spelling').getByText('spelt nearly so').waitFor();
    expect(await titles(page)).toEqual(['Glaciers of the moon, revised']);
    await page.locator('.spelling a').click();
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('glaciers moon');
  });

  test('suggestions follow what is typed, and the keyboard leads through them', async () => {
    const page = await open('/');
    await page.getByRole('searchbox').pressSequentially('tides of g');
    const suggestion = page.getByRole('list', { name: 'Suggestions' }).getByRole('link', { name: 'Tides of Geneva' });
    await suggestion.waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.closest('.suggestions') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await suggestion.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('q');
    await page.getByRole('searchbox').pressSequentially('e');
    await suggestion.click();
    await page.getByRole('heading', { level: 1, name: 'Tides of Geneva' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/records/7');
  });

  test('a search can be taken away as a file and followed as a feed', async () => {
    const page = await open('/?q=glaciers+moon&all_versions=true');
    await page.getByText('2 records').waitFor();
    await page.getByText('Export or follow this search').click();
    const textOf = async (name: string): Promise<string> => {
      const href = await page.getByRole('link', { name, exact: true }).getAttribute('href');
      return (await page.request.get(href!)).text();
    };
    expect((await textOf('BibTeX')).match(/^@/gm)).toHaveLength(2);
    expect((await textOf('Atom feed')).match(/<entry>/g)).toHaveLength(2);
    expect(await page.locator('link[rel="alternate"]').getAttribute('href')).toBe('/feeds/records.atom?all_versions=true&q=glaciers+moon');
  });

  test('a faulty query is told in words, softly while one types', async () => {
    const page = await open('/?q=glaciers+moon');
    await page.getByText('1 record', { exact: true }).waitFor();
    await page.getByRole('searchbox').pressSequentially(' AND titel:x');
    await page.getByText('nearest: title').waitFor();
    expect(await titles(page)).toHaveLength(1);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The query cannot be run').waitFor();
  });

  test('a record shows all that is known, with links that lead on', async () => {
    const page = await open('/records/10.5281/zenodo.7');
    await page.getByRole('heading', { name: 'Tides of Geneva' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/records/7');
    for (const text of [
      'Gezeiten',
      'Núñez, Ana',
      'CERN',
      'High and low.',
      'Buoys.',
      'A note.',
      'European Commission',
      'Tidal',
      'Geneva',
      'GEMET',
      'Doe, Jane',
      'English',
      'v1.0',
      'oai:zenodo.org:7',
    ]) {
      expect(await page.getByText(text).count(), text).toBeGreaterThan(0);
    }
    const href = (name: string): Promise<string | null> => page.getByRole('link', { name, exact: true }).first().getAttribute('href');
    expect(await href('ORCID iD 0000-0002-1825-0097')).toBe('https://orcid.org/0000-0002-1825-0097');
    expect(await href('10.1000/abc')).toBe('https://doi.org/10.1000/abc');
    expect(await href('tides')).toBe('/communities/tides');
    expect(await href('CC BY')).toBe('https://creativecommons.org/licenses/by/4.0/');
    expect(await page.request.get((await href('BibTeX'))!).then((reply) => reply.text())).toMatch(/^@/);
  });

  test('a record shows its files and statistics once they are fetched, and how to cite it', async () => {
    const page = await open('/records/102');
    await page.getByRole('heading', { name: '1 file', exact: true }).waitFor();
    const file = page.locator('.files li');
    expect(await file.getByRole('link', { name: 'moon <1>.csv' }).getAttribute('href')).toBe(
      'https://zenodo.org/api/records/102/files/moon.csv/content',
    );
    expect(await file.textContent()).toContain('1.2 MB');
    expect(await page.getByText('4 of 40 in all versions').count()).toBe(1);
    const citation = page.locator('.citation');
    await expect.poll(() => citation.textContent()).toContain('https://doi.org/10.5281/zenodo.102');
    const apa = await citation.textContent();
    await page.getByLabel('Style').selectOption('ieee');
    await expect.poll(() => citation.textContent()).not.toBe(apa);
    await page.goto('/records/301');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.locator('.files').count()).toBe(0);
  });

  test('a record shows its description with its structure and nothing that runs, its references, taxa, journal and the date of its counts', async () => {
    const page = await open('/records/501');
    const prose = page.locator('.prose.html');
    await prose.waitFor();
    expect(await prose.locator('em').textContent()).toBe('times');
    expect(await prose.locator('script, img, iframe, [onclick], [style]').count()).toBe(0);
    expect(await prose.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      null,
      'https://example.org/x',
    ]);
    expect(await page.getByText('<b>Sun</b>').count()).toBe(1);
    const href = (name: string): Promise<string | null> => page.getByRole('link', { name, exact: true }).first().getAttribute('href');
    expect(await href('10.5072/moon')).toBe('https://doi.org/10.5072/moon');
    expect(await href('tides.csv')).toBe('https://zenodo.org/x/content');
    for (const text of [
      'Annals of Tides, 7(2)',
      'Fucus serratus',
      'TIDAL – Tidal flats',
      'A 1',
      'English, Welsh',
      'As reported by the source on',
    ])
      expect(await page.getByText(text).count(), text).toBe(1);
    expect(await href('SHORE.1')).toBe('/?q=metadata.funding.award.program%3A%22SHORE.1%22');
    await page.getByRole('link', { name: 'Fucaceae', exact: true }).click();
    expect(new URL(page.url()).searchParams.get('q')).toBe('custom.dwc:family:"Fucaceae"');
  });

  test('a record is readable without scripts, and its print has no controls', async () => {
    const plain = await open('/records/501', { javaScriptEnabled: false });
    expect(await plain.getByRole('heading', { level: 1 }).textContent()).toBe('Seaweed of the harbour');
    expect(await plain.locator('.prose.html em').isVisible()).toBe(true);
    expect(await plain.getByRole('button').count()).toBe(0);
    const page = await open('/records/102');
    await page.emulateMedia({ media: 'print' });
    for (const control of ['.bar', '.exports', 'footer', '.actions'])
      expect([control, await page.locator(control).isVisible()]).toEqual([control, false]);
    for (const content of ['h1', '.files', '.citation'])
      expect([content, await page.locator(content).isVisible()]).toEqual([content, true]);
  });

  test('on a phone the order of results has a name, and the keyboard leads from a record to its people and communities', async () => {
    const page = await open('/?q=geneva', { viewport: { width: 390, height: 800 } });
    await page.getByRole('combobox', { name: 'Sort' }).waitFor();
    await page.goto('/records/7');
    await page.getByRole('link', { name: 'Núñez, Ana' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Núñez, Ana' }).waitFor();
    await page.getByRole('link', { name: 'tides', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'tides' }).waitFor();
    expect(await page.locator('.newest a').first().textContent()).toBe('Tides of Geneva');
  });

  test('the name of a concept leads to the latest of its versions', async () => {
    const page = await open('/records/100');
    await page.getByRole('heading', { name: 'Glaciers of the moon, revised' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/records/102');
    expect(await page.locator('.versions li').count()).toBe(2);
  });

  test('a deleted record and an unknown one say so', async () => {
    const page = await open('/records/201');
    await page.getByRole('heading', { name: 'A record to be deleted' }).waitFor();
    await page.getByText('Deleted', { exact: true }).waitFor();
    await page.goto('/records/nonsense');
    await page.getByRole('alert').getByText('There is no record').waitFor();
    expect(await page.getByRole('link', { name: 'Search for' }).getAttribute('href')).toBe('/?q=%22nonsense%22');
  });

  test('what a record says is text, in its own direction', async () => {
    const page = await open('/?q=markup');
    await page.getByRole('link', { name: '<img src=x onerror=alert(1)> markup' }).click();
    await page.getByRole('heading', { name: '<img src=x' }).waitFor();
    await page.goto('/records/301');
    const heading = page.getByRole('heading', { level: 1 });
    await heading.waitFor();
    expect(await heading.evaluate((element) => [getComputedStyle(element).direction, element.getAttribute('lang')])).toEqual(['rtl', 'ar']);
  });

  test('who is lost is led back', async () => {
    const page = await open('/nowhere');
    await page.getByRole('link', { name: 'Search the records' }).click();
    await page.getByText(`${latest} records`).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('the dashboard tells what was declared, what is there and what is missing', async () => {
    const page = await open('/harvest');
    const source = page.getByRole('region', { name: 'sim' });
    await source.getByText('Incomplete').waitFor();
    expect(await source.locator('.flow strong').allTextContents()).toEqual(['110', '0', '60', '60']);
    await source.getByText('1 window with problems').click();
    await source.getByText('of 50 declared records 48 arrived').waitFor();
  });

  test('the API can be tried on its page', async () => {
    const page = await open('/api/docs');
    await page.getByText('/api/records/{id}', { exact: true }).click();
    const operation = page.locator('details[id="/api/records/{id}"]');
    await operation.getByLabel('id').fill('10.5281/zenodo.101');
    await operation.getByRole('button', { name: 'Send' }).click();
    await operation.locator('pre').waitFor();
    expect(JSON.parse((await operation.locator('pre').textContent())!)).toMatchObject({ id: 101, title: 'Glaciers of the moon' });
  });

  test('the keyboard suffices', async () => {
    const page = await open('/records/7');
    await page.getByRole('heading', { name: 'Tides of Geneva' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('glaciers moon');
    await page.keyboard.press('Enter');
    await page.getByText('1 record', { exact: true }).waitFor();
    await page.locator('.hit h2 a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Glaciers' }).waitFor();
    await page.getByRole('button', { name: 'Back to the results' }).press('Enter');
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=glaciers+moon');
  });

  test('light or dark is the reader’s choice, and kept', async () => {
    const page = await open('/', { colorScheme: 'dark' });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(18, 20, 18)');
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await background()).toBe('rgb(250, 249, 245)');
    await page.reload();
    expect(await background()).toBe('rgb(250, 249, 245)');
  });

  test.each([
    ['/', 'light', '.hit'],
    ['/?q=glaciers&type=dataset', 'dark', '.empty'],
    ['/?q=titel:x', 'light', '.problem'],
    ['/records/7', 'light', 'h1'],
    ['/records/7', 'dark', 'h1'],
    ['/records/102', 'light', '.files'],
    ['/records/501', 'light', '.prose.html'],
    ['/records/501', 'dark', '.prose.html'],
    ['/?resource_type=publication', 'dark', '.inner'],
    ['/records/201', 'light', '.tombstone'],
    ['/communities/tides', 'light', '.bars'],
    ['/communities', 'light', '.community-list'],
    ['/people/0000-0002-1825-0097', 'dark', '.bars'],
    ['/organisations/01ggx4157', 'light', '.bars'],
    ['/docs/harvesting', 'dark', '.handbook'],
    ['/analytics', 'dark', '.profile'],
    ['/harvest', 'light', '.run'],
    ['/harvest', 'dark', '.run'],
    ['/api/docs', 'light', '.operation'],
  ] as const)('%s in %s has no fault that axe knows', async (path, colorScheme, landmark) => {
    const page = await open(path, { colorScheme });
    await page.locator(landmark).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test.each([320, 390, 768, 1280])('nothing sticks out at %i pixels', async (width) => {
    for (const path of [
      '/',
      '/?resource_type=publication',
      '/records/7',
      '/records/102',
      '/communities/tides',
      '/docs/sql',
      '/analytics',
      '/harvest',
      '/api/docs',
    ]) {
      const page = await open(path, { viewport: { width, height: 800 } });
      await page.locator('.hit, h1').first().waitFor();
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        path,
      ).toBeLessThanOrEqual(0);
    }
  });
});
