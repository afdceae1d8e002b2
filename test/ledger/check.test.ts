import { checkSource } from '@thresher/pipeline';
import { documentId, refresh } from '@thresher/search';
import { describe, expect, it } from 'vitest';
import { type Harness, openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const signal = new AbortController().signal;

async function checked(harness: Harness, url: string) {
  const { source } = await harness.deps(url);
  const check = await checkSource(harness.db, harness.search, source, signal);
  return {
    ...check,
    faults: Object.fromEntries(check.faults.map(({ code, count, command, examples }) => [code, { count, command, examples }])),
  };
}

describe('check', { timeout: 60_000 }, () => {
  it('says that everything adds up where it does', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 71, size: 320 });
    await harness.harvest(sim.url);
    const check = await checked(harness, sim.url);
    expect(check).toMatchObject({ declared: 320, received: 320, live: 320, deleted: 0, notStored: 0, quarantined: 0, faults: {} });
    expect(check.index).toMatchObject({ records: 320, documents: 320 });
    const said = await thresher(harness, 'check');
    expect(said).toMatchObject({ code: 0, err: expect.stringContaining('search was not checked') });
    expect(said.out).toMatch(/\b320\b.*\b320\b.*\neverything adds up\n$/s);
  });

  it('finds each record that is in one place and not in the other', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 72, size: 320 });
    await harness.harvest(sim.url);
    const { source } = await harness.deps(sim.url);
    const rows = await harness.db.selectFrom('record').select(['id', 'oai_identifier']).orderBy('id').execute();
    const [lost, last, stale, unrowed] = [rows[7]!, rows.at(-1)!, rows[100]!, rows[200]!];
    const { client, alias: index } = harness.search;
    for (const row of [lost, last]) await client.delete({ index, id: documentId(source.id, row.oai_identifier) });
    await client.update({ index, id: documentId(source.id, stale.oai_identifier), doc: { revision: 99 } });
    await client.index({ index, id: 'stranger', document: { source_id: String(source.id), record_id: 1, revision: 1 } });
    await client.index({ index, id: 'beyond', document: { source_id: String(source.id), record_id: 1e9, revision: 1 } });
    await refresh(client, index);
    await harness.db.deleteFrom('record').where('id', '=', unrowed.id).execute();
    const { faults } = await checked(harness, sim.url);
    expect(faults).toEqual({
      'rows-missing': { count: 1, command: expect.stringContaining('thresher replay'), examples: [unrowed.oai_identifier] },
      'documents-missing': { count: 2, command: 'thresher reindex', examples: [lost.oai_identifier, last.oai_identifier] },
      'documents-stale': { count: 1, command: 'thresher reindex', examples: [stale.oai_identifier] },
      'documents-orphaned': { count: 3, command: 'thresher reindex', examples: [] },
    });
  });

  it('names what is short, pending, in quarantine or held, with the command for each', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 73, size: 130 }, { faults: [{ fault: 'control-character', at: { page: 2 } }] });
    await harness.harvest(sim.url);
    const { source } = await harness.deps(sim.url);
    expect(Object.keys((await checked(harness, sim.url)).faults)).toEqual(['quarantined']);
    const pages = await harness.db.selectFrom('harvest.page').select(['id']).orderBy('id').execute();
    await harness.db.updateTable('harvest.window').set({ state: 'short' }).execute();
    await harness.db.updateTable('harvest.page').set({ state: 'stored', tries: 8 }).where('id', '=', pages[0]!.id).execute();
    await harness.db
      .insertInto('harvest.suspect')
      .values({ source_id: source.id, oai_identifier: 'oai:x:1', state: 'held', reason: 'too many' })
      .execute();
    const said = await thresher(harness, 'check', '--json');
    expect(said.code).toBe(3);
    const { faults } = JSON.parse(said.out) as { faults: { code: string; count: number; command: string }[] };
    expect(faults.map(({ code, count, command }) => [code, count, command.split(' ').slice(0, 2).join(' ')])).toEqual([
      ['windows-short', 1, 'thresher harvest'],
      ['quarantined', 1, 'thresher failures'],
      ['held', 1, 'thresher suspects'],
    ]);
    // Without an index a page that is in SQL is through; with one it is not.
    expect((await checked(harness, sim.url)).faults).toMatchObject({ 'pages-failed': { count: 1 } });
  });

  it('says that nothing was harvested yet, and follows a run that is not finished', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 74, size: 60 });
    expect((await thresher(harness, 'check')).err).toContain('there are no sources yet');
    await harness.deps(sim.url);
    expect(Object.keys((await checked(harness, sim.url)).faults)).toEqual(['never-complete']);
    await harness.harvest(sim.url);
    await harness.db.updateTable('harvest.run').set({ state: 'running', finished_at: null }).execute();
    expect((await checked(harness, sim.url)).faults).toMatchObject({
      'run-unfinished': { command: expect.stringMatching(/^thresher harvest/) },
    });
  });
});
