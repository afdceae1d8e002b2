import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, violationsOf, WITHOUT_CHROMIUM } from './browser.ts';
import { createSite, type Site, titles } from './site.ts';

describe.skipIf(chromiumPath === undefined)(`the web page${WITHOUT_CHROMIUM}`, () => {
  let site: Site;
  const open: Site['open'] = (path, options) => site.open(path, options);
  beforeAll(async () => {
    site = await createSite();
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('results follow what is typed, and the address holds the search', async () => {
    const page = await open('/');
    await page.getByText(`${site.latest} records`).waitFor();
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
    await page.getByRole('textbox', { name: 'from' }).fill('2020');
    await page.getByRole('textbox', { name: 'from' }).press('Enter');
    await page.getByText('From 2020').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText(`${site.latest} records`).waitFor();
    await page.goBack();
    await page.getByText('From 2020').waitFor();
  });

  test('choices of a facet add up, and their counts stay', async () => {
    const page = await open('/');
    const total = async (): Promise<number> => Number.parseInt((await page.getByRole('status').textContent())!, 10);
    const box = (name: RegExp) => page.locator('[data-fold="resource_type"]').getByRole('checkbox', { name });
    const counted = async (name: RegExp): Promise<number> =>
      Number(await page.locator('[data-fold="resource_type"] .choice', { hasText: name }).first().locator('.count').textContent());
    await page.getByText(`${site.latest} records`).waitFor();
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
    await expect.poll(() => page.locator('.hit').count()).toBe(site.latest);
    expect(await more.count()).toBe(0);
    const addresses = await page.locator('.hit h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set(addresses).size).toBe(site.latest);
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

  test('a faulty query is explained in words, less prominently while the user types', async () => {
    const page = await open('/?q=glaciers+moon');
    await page.getByText('1 record', { exact: true }).waitFor();
    await page.getByRole('searchbox').pressSequentially(' AND titel:x');
    await page.getByText('nearest: title').waitFor();
    expect(await titles(page)).toHaveLength(1);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The query cannot be run').waitFor();
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

  test('who is lost is led back', async () => {
    const page = await open('/nowhere');
    await page.getByRole('link', { name: 'Search the records' }).click();
    await page.getByText(`${site.latest} records`).waitFor();
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
    await operation.locator('.reply pre').waitFor();
    expect(JSON.parse((await operation.locator('.reply pre').textContent())!)).toMatchObject({ id: 101, title: 'Glaciers of the moon' });
  });

  test('a request on the page of the API sends only what was filled in, and its code asks for the same', { timeout: 90_000 }, async () => {
    const page = await open('/api/docs');
    await page.getByText('/api/records', { exact: true }).click();
    const operation = page.locator('details[id="/api/records"]');
    const code = operation.locator('.snippets');
    await code.locator('summary').press('Enter');
    expect(await code.locator('code').first().textContent()).toBe(`curl '${site.origin}/api/records'`);
    await operation.getByLabel('q', { exact: true }).fill(`"Glaciers of the moon" it's`);
    await operation.getByLabel('size', { exact: true }).fill('2');
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.url().includes('/api/records')),
      operation.getByRole('button', { name: 'Send' }).press('Enter'),
    ]);
    const sent = request.url();
    expect([...new URL(sent).searchParams]).toEqual([
      ['q', `"Glaciers of the moon" it's`],
      ['size', '2'],
    ]);
    const snippets = await code.locator('code').allTextContents();
    expect(snippets).toHaveLength(4);
    for (const snippet of snippets) expect(snippet).toContain(sent);
    await operation.locator('select[name="all_versions"]').selectOption('true');
    expect(await code.locator('code').first().textContent()).toContain('all_versions=true');
    // What the shell and JavaScript get is what the page got.
    const [curl, , , javascript] = snippets;
    await operation.locator('.reply pre').waitFor();
    const shown = JSON.parse((await operation.locator('.reply pre').textContent())!) as object;
    const run = promisify(execFile);
    for (const [program, ...argv] of [
      ['sh', '-c', curl!.replace(/^curl /, 'curl -s ')],
      [process.execPath, '--input-type=module', '-e', javascript!],
    ])
      expect(JSON.parse((await run(program!, argv)).stdout)).toEqual(shown);
    await page.getByText('/api/records/{id}', { exact: true }).click();
    const record = page.locator('details[id="/api/records/{id}"] .snippets');
    await record.locator('summary').click();
    await record.getByText('Fill in id first.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
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
    ['/records/301', 'light', '.remarks'],
    ['/records/102/compare', 'dark', '.difference-table'],
    ['/records/801/history', 'light', '.difference-table'],
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
      '/records/102/compare',
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
