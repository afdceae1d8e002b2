import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createOaiClient } from '@thresher/oai';
import { everything, ReadInChildError, runHarvest } from '@thresher/pipeline';
import { windowCoverage } from '@thresher/store/harvest';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { plantRun } from './plant-run.ts';
import { startProgram } from './programs.ts';
import { head, record, tail } from '../hostile/hostile-pages.ts';

const first = '2026-05-01T12:00:00Z';
const second = '2026-05-01T12:00:05Z';
const bounds = { from: new Date('2026-05-01T11:59:55Z'), until: new Date('2026-05-01T12:00:09Z') };
const signal = new AbortController().signal;

/** A repository of two records in these seconds; every page that lists the first one has far too many records. */
async function openDeadly(stack: AsyncDisposableStack, everyList = false, onDeadly = () => {}) {
  const sim = stack.use(await simulate({ seed: 4, size: 30 }));
  const [deadly, other] = [...sim.ledger().keys()] as [string, string];
  sim.repository.touch([deadly], Date.parse(first));
  sim.repository.touch([other], Date.parse(second));
  const page = head + Array.from({ length: 30_000 }, (_, n) => record(`oai:x:${n}`, '')).join('') + tail;
  const server = createServer((request, response) => {
    void fetch(new URL(request.url!, sim.url)).then(async (answer) => {
      const body = await answer.text();
      response.writeHead(answer.status, { 'content-type': 'text/xml' });
      const isDeadly = everyList ? request.url!.includes('verb=List') : body.includes(`<identifier>${deadly}<`);
      response.end(isDeadly ? page : body, () => isDeadly && onDeadly());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${new URL(sim.url).pathname}`, other, page };
}

it(
  'a page at which two harvesters died is set aside with its bytes, and the pages around it are harvested',
  { timeout: 240_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    let harvester = { kill: () => {} };
    const { url, other, page } = await openDeadly(stack, false, () => harvester.kill());
    const harness = stack.use(await openHarness());
    await plantRun(harness.db, url, { bounds });
    for (const _ of ['first', 'second']) {
      const program = startProgram('harvester', [], { DATABASE_URL: harness.databaseUrl, LOG_LEVEL: 'fatal' });
      harvester = program;
      await program.ended;
    }
    const { source, ...deps } = await harness.deps(url);
    const readLimits = { heapMegabytes: 16, seconds: 120 };
    const { state, failure, run } = await runHarvest({ ...deps, readLimits }, source, { ...everything, ...bounds }, () => {}, signal);
    expect({ state, stored: [...(await harness.stored()).keys()] }).toEqual({ state: 'incomplete', stored: [other] });
    expect(failure).toContain('1 window');
    const failed = (await windowCoverage(harness.db, run.id)).filter((window) => window.state === 'failed');
    expect(failed).toEqual([
      expect.objectContaining({ failure: expect.stringMatching(/its process died of it .* the page is set aside$/) }),
    ]);
    const { rows } = await harness.db.pool.query('select content_length, failure from harvest.page where tries > 0');
    expect(rows[0]).toEqual({ content_length: Buffer.byteLength(page), failure: failed[0]!.failure });
  },
);

it('a page that is too large costs its own window, and the pages around it are harvested', { timeout: 240_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const { url, other } = await openDeadly(stack);
  const harness = stack.use(await openHarness());
  const { source, ...deps } = await harness.deps(url);
  const client = stack.use(createOaiClient({ baseURL: url, userAgent: 'test', maxBytes: 500_000 }));
  const { state, run } = await runHarvest({ ...deps, client }, source, { ...everything, ...bounds }, () => {}, signal);
  expect({ state, stored: [...(await harness.stored()).keys()] }).toEqual({ state: 'incomplete', stored: [other] });
  const failed = (await windowCoverage(harness.db, run.id)).filter((window) => window.state === 'failed');
  expect(failed).toEqual([
    expect.objectContaining({ failure: expect.stringMatching(/is larger than 500000 bytes: MAX_PAGE_MB is the limit/) }),
  ]);
});

it('a server whose answers are all too large is left after a bounded number of requests', { timeout: 240_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = await openDeadly(stack, true);
  const harness = stack.use(await openHarness());
  const { source, ...deps } = await harness.deps(url);
  const client = stack.use(createOaiClient({ baseURL: url, userAgent: 'test', maxBytes: 500_000 }));
  const harvest = runHarvest({ ...deps, client }, source, everything, () => {}, signal);
  await expect(harvest).rejects.toThrow(/MAX_PAGE_MB is the limit, \d+ times in a row/);
  const { requests } = await harness.db.selectFrom('harvest.run').select('requests').executeTakeFirstOrThrow();
  expect(requests).toBeLessThan(60);
});

it('walkers that died of something else cost a process for each page, and no record', { timeout: 240_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const sim = stack.use(await simulate({ seed: 4, size: 40, pageSize: 20 }));
  const harness = stack.use(await openHarness());
  await harness.db.pool.query('alter table harvest.window alter deaths set default 2');
  expect(await harness.harvest(sim.url)).toMatchObject({ state: 'complete', totals: { stored: 40, requests: 3 } });
});

it('where no process can read anything, no page is to blame', { timeout: 240_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const sim = stack.use(await simulate({ seed: 4, size: 40 }));
  const harness = stack.use(await openHarness());
  await harness.db.pool.query('alter table harvest.window alter deaths set default 2');
  const { source, ...deps } = await harness.deps(sim.url);
  const harvest = runHarvest({ ...deps, readLimits: { heapMegabytes: 1, seconds: 120 } }, source, everything, () => {}, signal);
  await expect(harvest).rejects.toBeInstanceOf(ReadInChildError);
});
