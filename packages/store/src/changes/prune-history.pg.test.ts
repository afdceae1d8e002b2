import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Micros } from '../database/settled.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';
import { listSteps, type RecordStep, type StepPlace } from './list-changes.ts';
import { countPrunableHistory, historyPrunableUntil, pruneHistory } from './prune-history.ts';
import { changesOf, concerns } from './step-changes.ts';
import { addWebhook } from './webhooks.ts';

let database: TestDatabase | undefined;
let sourceId: number;
beforeEach(async () => {
  await database?.[Symbol.asyncDispose]();
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const source = await database.db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s' })
    .returning('id')
    .executeTakeFirstOrThrow();
  sourceId = source.id;
});
afterAll(() => database?.[Symbol.asyncDispose]());
const db = () => database!.db;

const day = (number: number): string => new Date(Date.UTC(2024, 0, number)).toISOString();

/** Writes a record as it is on a day; null: deleted. */
async function write(number: number, on: number, communities: string[] | null, title = 'a'): Promise<void> {
  const record =
    communities === null
      ? deletedRecord(number, day(on))
      : sampleRecord(
          number,
          day(on),
          { ...richMetadata, title, communities },
          communities.map((slug) => `user-${slug}`),
        );
  await writeRecords(db(), { sourceId, pageId: on, records: [record] });
}

/** Three records that change a lot, one that is gone at last, one that was gone and came back. */
async function writeLives(): Promise<void> {
  await write(1, 1, ['x']);
  await write(2, 1, ['y']);
  await write(3, 1, ['x', 'y']);
  await write(4, 1, []);
  await write(1, 2, ['y']);
  await write(3, 2, null);
  await write(2, 3, ['y'], 'b');
  await write(4, 3, null);
  await write(1, 4, ['y', 'z']);
  await write(4, 4, ['z']);
  await write(1, 5, ['z'], 'c');
  await write(2, 5, ['x'], 'd');
  await write(4, 6, ['z', 'x'], 'e');
}

async function steps(after: StepPlace | null = null, communities: string[] | null = null): Promise<readonly RecordStep[]> {
  return (await listSteps(db(), { after, limit: 1_000, communities })).steps;
}

/** What a client that follows changes believes at the end: members of communities, by record. */
function believed(read: readonly RecordStep[]): Record<string, string> {
  const members: Record<string, Set<string> | null> = {};
  for (const step of read)
    for (const { type, community } of changesOf(step)) {
      const id = step.oaiIdentifier;
      if (type === 'deleted') members[id] = null;
      else if (type === 'created' || type === 'restored') members[id] = new Set();
      else if (type === 'joined') members[id]!.add(community!);
      else if (type === 'left') members[id]!.delete(community!);
    }
  return Object.fromEntries(Object.entries(members).map(([id, slugs]) => [id, slugs === null ? 'gone' : [...slugs].toSorted().join(' ')]));
}

/** The steps of one community, as its clients get them. */
const ofCommunity = (read: readonly RecordStep[], slug: string): unknown[] =>
  read.flatMap((step) =>
    changesOf(step)
      .filter((change) => concerns(change, step, null, [slug]))
      .map((change) => [step.at, step.recordId, change]),
  );

test('however far history is deleted, clients from the beginning and from later end up with the same', async () => {
  await writeLives();
  const whole = await steps();
  const truth = believed(whole);
  expect(Object.values(truth)).toEqual(['z', 'x', 'gone', 'x z']);
  const total = whole.filter(({ before }) => before !== null).length;
  let horizon: Micros = 0;
  let deleted = 0;
  // One revision at a time: after each, all must hold.
  for (const until = whole.at(-2)!.at + 1; ;) {
    const pruned = await pruneHistory(db(), until, 1);
    if (pruned.revisions === 0) break;
    deleted += 1;
    expect(pruned.until).toBeGreaterThanOrEqual(horizon);
    horizon = pruned.until!;
    const now = await steps();
    expect(believed(now)).toEqual(truth);
    expect(now.filter(({ at }) => at >= horizon)).toEqual(whole.filter(({ at }) => at >= horizon));
    for (const slug of ['x', 'y', 'z']) expect(ofCommunity(await steps(null, [slug]), slug)).toEqual(ofCommunity(now, slug));
  }
  // The tombstone keeps its last metadata, and what happened at or after the instant stays.
  expect(deleted).toBe(total - 2);
  const { rows } = await sql<{ deleted: boolean }>`
    select r.deleted from record_history h join record r on r.id = h.record_id order by h.replaced_at`.execute(db());
  expect(rows).toEqual([{ deleted: true }, { deleted: false }]);
});

test('all at once ends as one at a time does, and no step of a community is left without its revision', async () => {
  await writeLives();
  const whole = await steps();
  const until = whole.at(-1)!.at + 1;
  const prunable = await countPrunableHistory(db(), until);
  const pruned = await pruneHistory(db(), until, 1_000);
  expect(pruned).toMatchObject({ revisions: prunable, until: whole.at(-1)!.at + 1 });
  expect(pruned.steps).toBeGreaterThan(0);
  expect(believed(await steps())).toEqual(believed(whole));
  const { rows } = await sql`
    select from harvest.community_step s where revision > 0
      and not exists (select from record_history h where h.record_id = s.record_id and h.revision = s.revision)`.execute(db());
  expect(rows).toHaveLength(0);
});

test('a webhook that has no message yet about a change holds history back', async () => {
  await writeLives();
  const whole = await steps();
  await sql`update record_history set replaced_at = replaced_at - interval '10 days'`.execute(db());
  const [first] = (await steps()).filter(({ before }) => before !== null);
  expect(await historyPrunableUntil(db(), 5)).toBeGreaterThan(first!.at);
  expect(await historyPrunableUntil(db(), 11)).toBeLessThan(first!.at);
  await addWebhook(db(), { url: 'https://hook', secret: 'whsec_x', types: null, communities: null, after: first! });
  const until = await historyPrunableUntil(db(), 5);
  expect(until).toBe(first!.at);
  expect(await pruneHistory(db(), until, 1_000)).toMatchObject({ revisions: 0, steps: 0, until: null });
  expect(whole.length).toBe((await steps()).length);
});
