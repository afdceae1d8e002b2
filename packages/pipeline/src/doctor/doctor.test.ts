import { expect, test } from 'vitest';
import { assessDisk, assessFigures, assessNode } from './diagnose.ts';
import { assessElasticsearch, type SearchNode } from './elasticsearch.ts';
import type { Finding } from './finding.ts';
import { assessPostgres, type PostgresFacts } from './postgres.ts';
import { assessRedis } from './redis.ts';

const postgres: PostgresFacts = {
  versionNumber: 180_004,
  version: '18.4',
  databaseBytes: 80e9,
  sharedBuffersBytes: 4.3e9,
  maxWalBytes: 2.1e9,
  maxConnections: 100,
  randomPageCost: 1.1,
  off: [],
  isSuperuser: false,
  clockAheadMs: 0,
  pendingMigrations: [],
};
const node: SearchNode = { name: 'a', version: '8.19.13', heapBytes: 1e9, memoryBytes: 4e9, diskBytes: 100e9, diskFreeBytes: 50e9 };
const search = { status: 'green', nodes: [node], watchesDisk: true, hasIndex: true };
const redis = {
  redis_version: '7.4.1',
  maxmemory_policy: 'noeviction',
  maxmemory: '400000000',
  used_memory: '1000000',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
};

const shown = (findings: readonly Finding[]): string[] => findings.map(({ is, says }) => `${is}: ${says}`);

test('servers that are as they should be are good', () => {
  const all = [
    ...assessPostgres(postgres),
    ...assessElasticsearch(search),
    ...assessRedis(redis),
    assessNode('24.21.0'),
    assessDisk('.', 100e9, 50e9),
    ...assessFigures([], 0),
  ];
  expect(all.map(({ is }) => is)).toEqual(['good', 'good', 'good', 'good', 'good', 'good']);
});

test.each<[Partial<PostgresFacts>, RegExp]>([
  [{ versionNumber: 140_011, version: '14.11' }, /^fault: .*14\.11 is too old/],
  [{ off: ['fsync'] }, /^fault: fsync is off.*set fsync = on/],
  [{ pendingMigrations: ['x'] }, /^fault: .*run thresher migrate/],
  [{ maxConnections: 20 }, /^fault: max_connections is 20/],
  [{ clockAheadMs: -90_000 }, /^fault: its clock differs .*-90 s: let both follow NTP/],
  [{ isSuperuser: true }, /^advice: .*superuser/],
  [{ sharedBuffersBytes: 134e6 }, /^advice: shared_buffers is 0\.1 GB for a database of 80\.0 GB: set about 4\.0 GB/],
  [{ maxWalBytes: 1e9 }, /^advice: max_wal_size/],
  [{ randomPageCost: 4 }, /^advice: random_page_cost is 4/],
])('PostgreSQL with %o', (change, sentence) => {
  expect(shown(assessPostgres({ ...postgres, ...change }))).toEqual([expect.stringMatching(sentence)]);
});

test('settings for size do not matter to a small database', () => {
  const small = { ...postgres, databaseBytes: 1e8, sharedBuffersBytes: 134e6, maxWalBytes: 1e9, randomPageCost: 4 };
  expect(assessPostgres(small).map(({ is }) => is)).toEqual(['good']);
});

test.each<[Partial<typeof search>, Partial<SearchNode>, RegExp]>([
  [{ status: 'red' }, {}, /^fault: the cluster is red/],
  [{ hasIndex: false }, {}, /^fault: there is no search index: run thresher reindex/],
  [{}, { version: '7.17.0' }, /^fault: a is Elasticsearch 7\.17\.0: 8\.19 or 9 is needed/],
  [{}, { heapBytes: 5e8 }, /^advice: the heap of a is 0\.5 GB/],
  [{}, { heapBytes: 3e9 }, /^advice: the heap of a is more than half of its memory/],
  [{}, { diskFreeBytes: 4e9 }, /^fault: the disk of a is 96 % full, so that indices are read-only/],
  [{ watchesDisk: false }, { diskFreeBytes: 4e9 }, /^advice: the disk of a is 96 % full/],
])('Elasticsearch with %o and a node with %o', (change, ofNode, sentence) => {
  expect(shown(assessElasticsearch({ ...search, ...change, nodes: [{ ...node, ...ofNode }] }))).toEqual([expect.stringMatching(sentence)]);
});

test.each<[Partial<typeof redis>, RegExp]>([
  [{ redis_version: '6.2.0' }, /^fault: .*too old/],
  [{ maxmemory_policy: 'allkeys-lru' }, /^fault: maxmemory-policy is allkeys-lru.*set noeviction/],
  [{ used_memory: '390000000' }, /^fault: .*raise maxmemory/],
  [{ aof_enabled: '0' }, /^advice: appendonly is off/],
  [{ aof_last_write_status: 'err' }, /^fault: Redis cannot write its file/],
])('Redis with %o', (change, sentence) => {
  expect(shown(assessRedis({ ...redis, ...change }))).toEqual([expect.stringMatching(sentence)]);
});

test('a schedule is overdue after an hour, and what waits for a person is named with the command that shows it', () => {
  const due = { name: 'thresher_schedule_next_timestamp_seconds', labels: { source: 'zenodo', kind: 'incremental' }, value: 1_000_000 };
  expect(assessFigures([due], due.value + 3_500).map(({ is }) => is)).toEqual(['good']);
  const others = [
    { name: 'thresher_source_blocked', labels: { host: 'zenodo.org' }, value: 1 },
    { name: 'thresher_source_blocked', labels: { host: 'other.org' }, value: 0 },
    { name: 'thresher_given_up_pages', labels: {}, value: 2 },
    { name: 'thresher_suspects', labels: { state: 'held' }, value: 3 },
  ];
  expect(shown(assessFigures([due, ...others], due.value + 3_700))).toEqual([
    expect.stringMatching(/^fault: the incremental schedule of zenodo is overdue since 1970-01-12T13:46Z/),
    expect.stringMatching(/^fault: zenodo\.org refuses this client: thresher status/),
    expect.stringMatching(/^advice: 2 pages were given up: see thresher failures/),
    expect.stringMatching(/^advice: 3 records are held .*thresher suspects/),
  ]);
});

test('old Node, and a disk that fills', () => {
  expect(assessNode('20.1.0').is).toBe('fault');
  expect(assessDisk('.', 100e9, 5e9).is).toBe('advice');
  expect(assessDisk('.', 100e9, 1e9).is).toBe('fault');
});
