// zenodo-ts: its decoders refuse what is not exactly as Zenodo's documentation has it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , origin, folder] = process.argv;
const require = createRequire(join(folder, 'here.js'));
const { getCommunityRecords, getRecord, getRecords } = require('zenodo-ts');
const env = { fetch, zenodoUrl: new URL(origin) };

async function right(task) {
  const answer = await task(env)();
  assert.equal(answer._tag, 'Right', JSON.stringify(answer.left, null, 1));
  return answer.right;
}

const record = await right(getRecord(9006));
assert.equal(record.conceptrecid, 9004);
assert.equal(record.metadata.title, 'Ice cores of Greenland');
assert.deepEqual(
  record.files.map(({ key }) => key),
  ['ice.csv', 'read me.txt'],
);
const found = await right(getRecords(new URLSearchParams({ q: 'title:greenland', size: '5' })));
assert.deepEqual([found.hits.total, found.hits.hits.map(({ id }) => id)], [1, [9006]]);
const inCommunity = await right(getCommunityRecords('polar')(new URLSearchParams({ sort: 'mostrecent' })));
assert.deepEqual(
  inCommunity.hits.hits.map(({ id }) => id),
  [9006],
);
