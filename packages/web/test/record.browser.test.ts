import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, WITHOUT_CHROMIUM } from './browser.ts';
import { createSite, type Site, titles } from './site.ts';

describe.skipIf(chromiumPath === undefined)(`the page of a record${WITHOUT_CHROMIUM}`, () => {
  let site: Site;
  const open: Site['open'] = (path, options) => site.open(path, options);
  beforeAll(async () => {
    site = await createSite();
  });
  afterAll(() => site[Symbol.asyncDispose]());

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

  test('a record leads to similar ones, to what its versions differ in, to its history and to its raw forms', async () => {
    const page = await open('/records/102');
    const similar = page.locator('.similar');
    await page.locator('footer').scrollIntoViewIfNeeded();
    await similar.getByRole('link', { name: 'Glaciers of Venus' }).waitFor();
    expect(await similar.getByRole('link', { name: 'Glaciers of the moon', exact: true }).count()).toBe(0);
    await page.getByText('record here has it among the references').click();
    await expect.poll(() => titles(page)).toEqual(['Mudflats']);
    await page.goBack();
    await page.getByLabel('Compare this with').selectOption('101');
    await page.getByRole('button', { name: 'Compare' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Differences between two versions' }).waitFor();
    expect(await page.locator('ins').allTextContents()).toContain(', revised');
    await page.goto('/records/801');
    await page.getByRole('link', { name: 'All 2 revisions' }).click();
    expect(await page.locator('del').allTextContents()).toEqual(['first']);
    await page.goto('/records/301');
    await page.getByText('remarks on the quality').click();
    await page.getByText('The record names no creator.').waitFor();
    const xml = await page.getByRole('link', { name: 'as XML (OAI-PMH)' }).getAttribute('href');
    expect(await (await page.request.get(xml!)).text()).toContain('<OAI-PMH');
  });

  test('a record is readable without scripts, and its print has no controls', async () => {
    const plain = await open('/records/501', { javaScriptEnabled: false });
    expect(await plain.getByRole('heading', { level: 1 }).textContent()).toBe('Seaweed of the harbour');
    expect(await plain.locator('.prose.html em').isVisible()).toBe(true);
    expect(await plain.getByRole('button').count()).toBe(0);
    const page = await open('/records/102');
    await page.emulateMedia({ media: 'print' });
    for (const control of ['.bar', '.exports', 'footer', '.actions', '.compare', '.similar', '.remarks'])
      expect([control, await page.locator(control).isVisible()]).toEqual([control, false]);
    for (const content of ['h1', '.files', '.citation'])
      expect([content, await page.locator(content).isVisible()]).toEqual([content, true]);
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
});
