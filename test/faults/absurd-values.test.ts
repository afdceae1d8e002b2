import { createOaiClient, type Transport, type TransportReply } from '@thresher/oai';
import { createRepository, createSim, createTransport } from '@thresher/oai-sim';
import { everything, type HarvestResult, incrementalRequest, runHarvest } from '@thresher/pipeline';
import { describe, expect, it } from 'vitest';
import { type Harness, openHarness } from '../harness.ts';

const baseURL = 'http://sim.invalid/oai2d';

interface Altered {
  readonly body?: (xml: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A repository without a port, whose answers pass through `alter`. */
function openRepository(size: number) {
  const repository = createRepository({ seed: 11, size });
  const sim = createSim({ repository });
  const plain = createTransport(sim, Date.now);
  const ledger = () => new Map([...repository.ledger()].map((entry) => [entry.identifier, entry.datestamp]));
  const transport =
    ({ body = (xml) => xml, headers = {} }: Altered): Transport =>
    async (url, options): Promise<TransportReply> => {
      const reply = await plain(url, options);
      const { 'content-length': _, ...rest } = reply.headers;
      return {
        status: reply.status,
        headers: { ...rest, ...headers },
        body: Buffer.from(body(Buffer.from(reply.body as Uint8Array).toString())),
      };
    };
  return { repository, ledger, requests: () => sim.log.counts().requests, transport };
}

type Opened = ReturnType<typeof openRepository>;

async function harvestOf(
  harness: Harness,
  { transport }: Opened,
  altered: Altered,
  kind: 'full' | 'incremental' = 'full',
): Promise<HarvestResult> {
  const { source, ...deps } = await harness.deps(baseURL);
  await using client = createOaiClient({ baseURL, userAgent: 'test', transport: transport(altered) });
  const options = { metadataPrefix: 'oai_datacite', setSpecs: [], overlapSeconds: null, rate: null, concurrency: null };
  const request = kind === 'full' ? everything : await incrementalRequest(harness.db, source, options);
  return await runHarvest({ ...deps, client }, source, request, () => {}, new AbortController().signal);
}

const withResponseDate = (date: string) => (xml: string) => xml.replace(/<responseDate>[^<]*</, `<responseDate>${date}<`);

describe('a value that cannot be', { timeout: 120_000 }, () => {
  it.each(['9998-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '', 'yesterday', '1970-01-01T00:00:00Z'])(
    'a responseDate of %j leaves the next sync whole',
    async (date) => {
      await using harness = await openHarness();
      const repository = openRepository(120);
      const altered = { body: withResponseDate(date) };
      const before = Date.now();
      const full = await harvestOf(harness, repository, altered);
      expect(full.state).toBe('complete');
      expect(full.run.until_datestamp!.getTime()).toBeGreaterThan(before - 60_000);
      expect(full.run.until_datestamp!.getTime()).toBeLessThanOrEqual(Date.now());
      repository.repository.touch({ fraction: 0.2 }, Date.now());
      const sync = await harvestOf(harness, repository, {}, 'incremental');
      expect(sync.state).toBe('complete');
      expect(await harness.stored()).toEqual(repository.ledger());
    },
  );

  it('a server whose clock is hours ahead, and a run that an older version pinned to the year 9998, hide no changes', async () => {
    await using harness = await openHarness();
    const repository = openRepository(120);
    const ahead = new Date(Date.now() + 11 * 3_600_000).toISOString().replace(/\.\d+/, '');
    const { run } = await harvestOf(harness, repository, { body: withResponseDate(ahead) });
    expect(run.until_datestamp!.toISOString()).toBe(ahead.replace('Z', '.000Z'));
    repository.repository.touch({ fraction: 0.2 }, Date.now());
    await harvestOf(harness, repository, {}, 'incremental');
    expect(await harness.stored()).toEqual(repository.ledger());
    await harness.db
      .updateTable('harvest.run')
      .set({ until_datestamp: new Date('9998-01-01') })
      .execute();
    repository.repository.touch({ fraction: 0.2 }, Date.now());
    expect((await harvestOf(harness, repository, {}, 'incremental')).state).toBe('complete');
    expect(await harness.stored()).toEqual(repository.ledger());
  });

  it.each([
    ['nine billion in every list', () => 9_000_000_000],
    ['more with every request', (n: number) => n * 1_000_000],
    ['another one in every list', (n: number) => 1_000_000_000 + ((n * 7_919) % 8_000) * 1_000_000],
    ['more than the record count, the same in every list', () => 5_000],
  ])('a completeListSize of %s ends in a bounded number of requests, and the run is not called complete', async (_, sizeOf) => {
    await using harness = await openHarness();
    const repository = openRepository(120);
    const most = 700;
    const body = (xml: string) => {
      if (repository.requests() > most) throw new Error('too many requests');
      const size = `completeListSize="${sizeOf(repository.requests())}"`;
      const isLast = !xml.includes('<resumptionToken');
      return isLast
        ? xml.replace('</ListRecords>', `<resumptionToken ${size}/></ListRecords>`)
        : xml.replace(/completeListSize="\d+"/, size);
    };
    const { state, failure } = await harvestOf(harness, repository, { body });
    expect(state).toBe('incomplete');
    expect(failure).toMatch(/windows came short/);
    expect(await harness.stored()).toEqual(repository.ledger());
    expect(repository.requests()).toBeLessThan(most);
  });

  it.each(['9998-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '99999-01-01', 'soon'])('an earliestDatestamp of %s', async (date) => {
    await using harness = await openHarness();
    const repository = openRepository(120);
    const body = (xml: string) => xml.replace(/<earliestDatestamp>[^<]*</, `<earliestDatestamp>${date}<`);
    expect((await harvestOf(harness, repository, { body })).state).toBe('complete');
    expect(await harness.stored()).toEqual(repository.ledger());
  });

  it.each([
    ['expirationDate', '9998-01-01T00:00:00Z'],
    ['expirationDate', '0001-01-01T00:00:00Z'],
    ['expirationDate', '2014-01-01T00:00:00Z'],
    ['cursor', '-5'],
    ['cursor', '1e300'],
    ['completeListSize', '-120'],
    ['completeListSize', '1e18'],
    ['completeListSize', '1000000000000000000'],
    ['completeListSize', '999999999999999'],
  ])('a %s of %s on every token', async (attribute, value) => {
    await using harness = await openHarness();
    const repository = openRepository(120);
    const body = (xml: string) => xml.replace(new RegExp(`(<resumptionToken[^>]*?) ${attribute}="[^"]*"`), `$1 ${attribute}="${value}"`);
    expect((await harvestOf(harness, repository, { body })).state).toBe('complete');
    expect(await harness.stored()).toEqual(repository.ledger());
    expect(repository.requests()).toBeLessThan(20);
  });

  it.each([
    { 'x-ratelimit-limit': '200000000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
    { 'x-ratelimit-limit': '-30', 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '-60' },
    { 'x-ratelimit-limit': 'NaN', 'x-ratelimit-remaining': 'Infinity', 'x-ratelimit-reset': '1e300' },
    { 'x-ratelimit-limit': '6000', 'x-ratelimit-remaining': '5999', 'x-ratelimit-reset': '999999999999999' },
    { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0', 'retry-after': '999999999' },
  ])('rate limits %j', async (headers) => {
    await using harness = await openHarness();
    const repository = openRepository(120);
    expect((await harvestOf(harness, repository, { headers })).state).toBe('complete');
    expect(await harness.stored()).toEqual(repository.ledger());
  });

  it('records of the year 9998 and of the year 1 keep no later version out', async () => {
    await using harness = await openHarness();
    const repository = openRepository(60);
    const [future, past] = [...repository.ledger().keys()];
    const dated = (xml: string, id: string, date: string) =>
      xml.replace(new RegExp(`(<identifier>${id}</identifier>\\s*<datestamp>)[^<]*`), `$1${date}`);
    const body = (xml: string) => dated(dated(xml, future!, '9998-01-01T00:00:00Z'), past!, '0001-01-01T00:00:00Z');
    await harvestOf(harness, repository, { body });
    expect((await harness.stored()).get(future!)).toBe('9998-01-01T00:00:00Z');
    repository.repository.touch([future!, past!], Date.now());
    await harvestOf(harness, repository, {}, 'incremental');
    expect(await harness.stored()).toEqual(repository.ledger());
  });
});
