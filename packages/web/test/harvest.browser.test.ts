import { fillLedger } from '@thresher/api/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, violationsOf, WITHOUT_CHROMIUM } from './browser.ts';
import { createSite, type Site } from './site.ts';

const KEY = 'the-key-of-the-operator';

describe.skipIf(chromiumPath === undefined)(`the dashboard${WITHOUT_CHROMIUM}`, () => {
  let site: Site;
  let keyed: Site;
  beforeAll(async () => {
    site = await createSite();
    keyed = await createSite({ adminKey: KEY });
    for (const { api } of [site, keyed]) await fillLedger(api, (records) => api.store(records));
  });
  afterAll(async () => {
    for (const one of [site, keyed]) await one[Symbol.asyncDispose]();
  });

  const sim = (page: Page) => page.getByRole('region', { name: 'sim', exact: true });
  const pausedAt = async ({ api }: Site) =>
    (await api.database.db.selectFrom('harvest.source').select('paused_at').executeTakeFirstOrThrow()).paused_at;
  const setPaused = ({ api }: Site, paused_at: Date | null) => api.database.db.updateTable('harvest.source').set({ paused_at }).execute();

  test('a source is paused and resumed by the keyboard, and the focus stays on the button', async () => {
    const page = await site.open('/harvest');
    await sim(page).getByRole('button', { name: 'Pause' }).press('Enter');
    await sim(page).getByText('sim is paused').waitFor();
    await sim(page).getByText('no request is sent.').waitFor();
    expect(await pausedAt(site)).not.toBeNull();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Resume');
    await page.keyboard.press('Enter');
    await sim(page).getByText('sim goes on').waitFor();
    expect(await pausedAt(site)).toBeNull();
  });

  test('acting asks for the admin key once, and a wrong one again', async () => {
    const page = await keyed.open('/harvest');
    await sim(page).getByRole('button', { name: 'Pause' }).click();
    for (const key of ['another-key-than-that', KEY]) {
      await page.getByLabel('Admin key').last().waitFor();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('key');
      expect(await pausedAt(keyed)).toBeNull();
      await page.keyboard.type(key);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('input[name=key]').inputValue()).toBe(key === KEY ? KEY : '');
    }
    await sim(page).getByText('sim is paused').waitFor();
    expect(await pausedAt(keyed)).not.toBeNull();
    await sim(page).getByRole('button', { name: 'Resume' }).click();
    await sim(page).getByText('sim goes on').waitFor();
    await page.getByText('Webhooks').click();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('1 message will be sent again.').waitFor();
    expect(await keyed.api.database.db.selectFrom('harvest.webhook_delivery').select('state').execute()).toEqual([{ state: 'pending' }]);
  });

  test('a record in quarantine shows its XML as text, and its page is read again', async () => {
    const page = await site.open('/harvest');
    await sim(page).getByText('1 record in quarantine, 1 page not mapped').click();
    await sim(page).getByRole('button', { name: 'Show XML' }).click();
    await expect.poll(() => sim(page).locator('pre').textContent()).toBe('<record>&</record>');
    await sim(page).getByRole('button', { name: 'Read again' }).click();
    await sim(page).getByText('1 page of sim will be mapped again.').waitFor();
    const pages = await site.api.database.db.selectFrom('harvest.page').select(['number', 'remap']).orderBy('number').execute();
    expect(pages).toEqual([
      { number: 0, remap: false },
      { number: 1, remap: true },
    ]);
  });

  test('a suspect is deleted after the page has asked back, and another dismissed', async () => {
    const page = await site.open('/harvest');
    const states = async (): Promise<string[]> =>
      (await site.api.database.db.selectFrom('harvest.suspect').select('state').orderBy('oai_identifier').execute()).map(
        ({ state }) => state,
      );
    await sim(page).getByText('3 suspects, 2 held for your decision').click();
    const row = (id: number) => sim(page).getByRole('row', { name: new RegExp(`oai:zenodo.org:${id} `) });
    await row(1).getByRole('button', { name: 'Delete' }).press('Enter');
    await row(1).getByText('Is it gone?').waitFor();
    await row(1).getByRole('button', { name: 'No' }).press('Enter');
    expect(await states()).toEqual(['held', 'held', 'suspect']);
    await row(1).getByRole('button', { name: 'Delete' }).press('Enter');
    await page.keyboard.press('Enter');
    await sim(page).getByText('1 record deleted.').waitFor();
    await row(3).getByRole('button', { name: 'Dismiss' }).click();
    await sim(page).getByText('1 suspect dismissed.').waitFor();
    expect(await states()).toEqual(['confirmed', 'held', 'cleared']);
    await sim(page).getByText('1 suspect, 1 held for your decision').waitFor();
  });

  test('a run is asked for, short windows are walked again, and their run is cancelled', async () => {
    const page = await site.open('/harvest');
    await sim(page).getByText('No schedules').click();
    await sim(page).getByRole('button', { name: 'Run now: Sync' }).click();
    await sim(page).getByText('begin a full run first').waitFor();
    await sim(page).getByRole('button', { name: 'Run now: Full harvest' }).click();
    await sim(page).getByText('it waits for a harvester process').waitFor();
    expect(await site.api.database.db.selectFrom('harvest.asked_run').select('kind').execute()).toEqual([{ kind: 'full' }]);
    await sim(page).getByRole('button', { name: 'Walk 1 window again' }).click();
    await sim(page).getByText('running', { exact: true }).waitFor();
    await sim(page)
      .getByRole('button', { name: /^Cancel run/ })
      .click();
    await sim(page)
      .getByRole('button', { name: /^Yes, cancel run/ })
      .click();
    await sim(page).getByText('cancelled', { exact: true }).first().waitFor();
    const { state } = await site.api.database.db.selectFrom('harvest.run').select('state').orderBy('id', 'desc').executeTakeFirstOrThrow();
    expect(state).toBe('cancelled');
  });

  test.each([
    ['by events', '**/nowhere'],
    ['by asking, if events do not come', '**/api/harvest/events'],
  ])('the page follows what happens elsewhere, %s', async (_, refused) => {
    const page = await site.open('/docs');
    await page.route(refused, (route) => route.fulfill({ status: 503, contentType: 'text/plain', body: '' }));
    await page.goto('/harvest');
    await sim(page).getByRole('button', { name: 'Pause' }).waitFor();
    await setPaused(site, new Date());
    await sim(page).getByText('no request is sent.').waitFor();
    await setPaused(site, null);
    await expect.poll(() => sim(page).getByRole('button', { name: 'Pause' }).count(), { timeout: 20_000 }).toBe(1);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('in %s at %i pixels axe finds no fault with everything open, and nothing sticks out', async (colorScheme, width) => {
    await setPaused(keyed, null);
    const page = await keyed.open('/harvest', { colorScheme, viewport: { width, height: 800 } });
    await sim(page).getByRole('button', { name: 'Pause' }).click();
    await page.locator('input[name=key]').waitFor();
    await page.keyboard.type(KEY);
    await page.keyboard.press('Enter');
    await sim(page).getByText('no request is sent.').waitFor();
    for (const summary of await page.locator('summary:visible').all()) await summary.click();
    for (const name of ['Records in quarantine', 'Suspects', 'Webhooks'])
      await page.getByRole('region', { name }).last().locator('table').waitFor();
    await page.getByRole('button', { name: 'Show XML' }).click();
    await page.locator('pre:visible').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  });
});
