import {
  createStockedApi,
  deleted,
  EVERYTHING,
  harvested,
  makeRun,
  rdmRecord,
  readFacts,
  saveFetched,
  type StockedApi,
  version,
  writeFacts,
} from '@thresher/api/testing';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { launchChromium } from './browser.ts';
import { FETCHED, TOLD } from './told.ts';

/** The pages over their own records, in a real browser. */
export interface Site extends AsyncDisposable {
  readonly api: StockedApi;
  readonly origin: string;
  /** Records whose latest version is listed. */
  readonly latest: number;
  /** A page that fails the test when something goes wrong in it or it asks anybody but us. */
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Serves records of every kind that the pages show; `overlay` replaces dependencies of the API. */
export async function createSite(overlay?: Parameters<typeof createStockedApi>[1]): Promise<Site> {
  const api = await createStockedApi({ size: 60 }, overlay);
  await stock(api);
  const origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await launchChromium();
  const { hits } = (await api.app.inject('/api/records?size=0')).json<{ hits: { total: number } }>();
  const open: Site['open'] = async (path, options = {}) => {
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
  };
  const dispose = async (): Promise<void> => {
    await browser.close();
    await api[Symbol.asyncDispose]();
  };
  return { api, origin, latest: hits.total, open, [Symbol.asyncDispose]: dispose };
}

async function stock(api: StockedApi): Promise<void> {
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
    harvested(701, '<titles><title>Glaciers of Venus</title></titles>'),
    harvested(801, '<titles><title>Ice, first</title></titles>'),
    harvested(401, '<titles><title>&lt;img src=x onerror=alert(1)&gt; markup</title></titles>'),
  ]);
  // Its predecessor is no longer the latest version.
  const stored = await api.store([harvested(102, version('Glaciers of the moon, revised', '2021-01-01', 100))]);
  await api.store([harvested(801, '<titles><title>Ice, second</title></titles>', { datestamp: '2024-06-02T00:00:00Z' })]);
  const cites = { reference: 'Glaciers of the moon, revised', identifier: '10.5281/zenodo.102', scheme: 'doi' };
  const metadata = {
    resource_type: { id: 'dataset' },
    creators: [],
    title: 'Mudflats',
    publication_date: '2023-01-31',
    references: [cites],
  };
  await api.storeJson([rdmRecord(951, { metadata, custom_fields: {} })]);
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
}

/** The titles of the hits that a search page shows. */
export const titles = (page: Page): Promise<string[]> => page.locator('.hit h2').allTextContents();
