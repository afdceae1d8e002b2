import { readFile } from 'node:fs/promises';
import { refreshAnalytics } from '@thresher/api/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, violationsOf, WITHOUT_CHROMIUM } from './browser.ts';
import { createSite, type Site } from './site.ts';

describe.skipIf(chromiumPath === undefined)(`the pages of analytics${WITHOUT_CHROMIUM}`, () => {
  let site: Site;
  const open: Site['open'] = (path, options) => site.open(path, options);
  beforeAll(async () => {
    site = await createSite({ readDb: async () => site.api.database.readDb });
    await refreshAnalytics(site.api.database.db, { force: true });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  /** What a click downloads. */
  async function downloaded(page: Page, name: string): Promise<{ readonly name: string; readonly content: Buffer }> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name, exact: true })
        .or(page.getByRole('link', { name, exact: true }))
        .first()
        .click(),
    ]);
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  }

  test('one filter applies to all charts, which download as SVG, PNG and CSV', async () => {
    const page = await open('/analytics');
    await page.getByLabel('Community').fill('tides');
    await page.getByLabel('Published from').fill('2024');
    await page.getByRole('button', { name: 'Show' }).press('Enter');
    await page.getByText('Only community tides, published 2024 to today').waitFor();
    expect(await page.getByRole('link', { name: 'Núñez, Ana' }).count()).toBe(1);
    const types = await downloaded(page, 'CSV of Types');
    expect([types.name, types.content.toString()]).toEqual(['types.csv', 'label,works\r\npublication,1\r\n']);
    const svg = await downloaded(page, 'SVG of Types');
    expect([svg.name, svg.content.toString()]).toEqual(['types.svg', expect.stringContaining('Publication')]);
    const png = await downloaded(page, 'PNG of Types');
    // Its signature, and the width in its header: twice that of the drawing.
    expect([png.name, png.content.subarray(1, 4).toString(), png.content.readUInt32BE(16)]).toEqual(['types.png', 'PNG', 1_600]);
    await page.getByRole('link', { name: 'Everything' }).click();
    await page.getByText('All sources together').waitFor();
  });

  test('the SQL of a chart can be changed and run, and its result is a table, a chart, CSV and Parquet', async () => {
    const page = await open('/analytics');
    await page.locator('.query summary').first().click();
    await page.getByRole('link', { name: 'Change and run it' }).first().click();
    expect(await page.getByLabel('Query', { exact: true }).inputValue()).toMatch(/^select publication_year as label/);
    await page
      .getByLabel('Query', { exact: true })
      .fill(`select x as year, x * 2 as works, '<b>' as text from generate_series(2021, 2024) x`);
    await page.keyboard.press('Control+Enter');
    await page.getByText('4 rows in').waitFor();
    expect(await page.locator('.result-table tbody tr').first().locator('td').allTextContents()).toEqual(['2021', '4042', '<b>']);
    expect(await page.locator('.result-chart rect').count()).toBe(5);
    expect((await downloaded(page, 'PNG')).content.subarray(1, 4).toString()).toBe('PNG');
    expect((await downloaded(page, 'CSV')).content.toString().split('\r\n')[1]).toBe('2021,4042,<b>');
    expect((await downloaded(page, 'Parquet')).content.subarray(0, 4).toString()).toBe('PAR1');
  });

  test('what is wrong with a query is reported, queries are remembered in this browser, and the schema can be read', async () => {
    const page = await open('/analytics/sql');
    const box = page.getByLabel('Query', { exact: true });
    await box.fill('select titel from record');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('alert').getByText('"titel" does not exist').waitFor();
    await box.fill('select 1 as one');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('1 row in').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'select 1 as one' }).click();
    expect(await box.inputValue()).toBe('select 1 as one');
    await page.getByText('analytics.growth', { exact: true }).click();
    await page.getByText('Latest versions.', { exact: true }).waitFor();
  });

  test('a running query can be cancelled', async () => {
    const page = await open('/analytics/sql?q=select+pg_sleep(15)');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toBe('The query was cancelled.');
  });

  test.each([
    ['/analytics', 'light', 1280],
    ['/analytics?community=tides', 'dark', 390],
    ['/analytics/sql', 'dark', 1280],
    ['/analytics/sql', 'light', 390],
  ] as const)('%s in %s at %i pixels has no fault that axe knows, and nothing sticks out', async (path, colorScheme, width) => {
    const page = await open(path, { colorScheme, viewport: { width, height: 900 } });
    const run = page.getByRole('button', { name: 'Run' });
    if ((await run.count()) > 0) {
      await run.click();
      await page.locator('.result-chart').waitFor();
    }
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  });
});
