import { MAPPING_VERSION } from '@thresher/search';
import { expect, test } from 'vitest';
import { assemble, BYTES_PER_SECOND, planIndex, REINDEX_PER_SECOND, serverVersion } from './plan-upgrade.ts';

const migration = { name: '1-a', locks: [], blocksWrites: [], rewrites: ['record'], indexes: [], changesRows: [], fills: [], stops: null };
const nothing = { migrations: { isNew: false, migrations: [], tables: {} }, sessions: [], servers: [], index: null };

test('a mapping that is older needs a reindex, which takes as long as its records', () => {
  const index = planIndex(MAPPING_VERSION - 1, 10 * REINDEX_PER_SECOND);
  expect(index).toMatchObject({ reindex: true, seconds: 10 });
  expect(assemble({ ...nothing, index }).isNeeded).toBe(true);
  for (const version of [MAPPING_VERSION, MAPPING_VERSION + 1, null]) {
    expect(planIndex(version, 5)).toMatchObject({ reindex: false, seconds: 0 });
    expect(assemble({ ...nothing, index: planIndex(version, 5) }).isNeeded).toBe(false);
  }
});

test('the time of migrations is that of the bytes they read or write', () => {
  const migrations = [
    { ...migration, bytes: 30 * BYTES_PER_SECOND },
    { ...migration, name: '2-b', bytes: 0, stops: 'they cannot' },
  ];
  const plan = assemble({ ...nothing, migrations: { isNew: false, migrations, tables: {} } });
  expect(plan).toMatchObject({ migrationSeconds: 31, stops: ['2-b: they cannot'], isNeeded: true });
  // An empty database has no old processes and nothing to write again.
  expect(assemble({ ...nothing, migrations: { isNew: true, migrations, tables: {} } })).toMatchObject({ migrationSeconds: 1, stops: [] });
});

test.each([
  ['PostgreSQL', '14.11', false],
  ['PostgreSQL', '15.0', true],
  ['PostgreSQL', '18beta1', true],
  ['Redis', '6.2.14', false],
  ['Redis', '7.0.0', true],
  ['Elasticsearch', '8.18.9', false],
  ['Elasticsearch', '8.19.13', true],
  ['Elasticsearch', '9.0.0', true],
] as const)('%s %s: %s', (name, version, isSupported) => {
  const server = serverVersion(name, version);
  expect(server.isSupported).toBe(isSupported);
  expect(assemble({ ...nothing, servers: [server] }).isNeeded).toBe(!isSupported);
});
