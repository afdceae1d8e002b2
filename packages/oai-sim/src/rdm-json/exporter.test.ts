import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { factsLedger } from './facts-ledger.ts';
import type { FaultName } from '../faults/faults.ts';
import { createRepository } from '../repository/repository.ts';
import { startServer } from '../server/server.ts';
import { NOW } from '../../test/simulated.ts';

interface Version {
  readonly version_id: string;
  readonly is_head: boolean;
  readonly size: number;
  readonly checksum: string;
  readonly links: { readonly self: string; readonly self_head?: string };
}
interface Dumped {
  readonly stats: object;
  readonly custom_fields: object;
  readonly metadata: { readonly references?: readonly object[] };
  readonly versions: object;
  readonly files: {
    readonly entries?: Readonly<Record<string, { readonly key: string; readonly size: number; readonly checksum: string }>>;
  };
}
type Listing = Readonly<Record<string, readonly Version[]>>;

const serve = (size = 30, faults: FaultName[] = []) =>
  startServer({
    repository: createRepository({ seed: 7, size, communities: ['tides', 'moths', 'none'] }),
    clock: () => NOW,
    faults: faults.map((fault) => ({ fault })),
  });
const listing = async (origin: string) => (await (await fetch(`${origin}/api/exporter`)).json()) as Listing;
const bytesOf = async (url: string, headers: Record<string, string> = {}) =>
  Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
const md5 = (bytes: Buffer) => `md5:${createHash('md5').update(bytes).digest('hex')}`;

/** Names and contents of the members of a tar archive. */
function members(packed: Buffer): [string, string][] {
  const tar = gunzipSync(packed);
  const found: [string, string][] = [];
  for (let at = 0; tar[at] !== 0;) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    found.push([tar.toString('utf8', at, tar.indexOf(0, at)), tar.toString('utf8', at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

test('lists what it sends: sizes, checksums, the newest version of each file', async () => {
  await using server = await serve();
  const files = await listing(server.origin);
  expect(Object.keys(files)).toEqual(['records-json.tar.gz', 'records-xml.tar.gz', 'tides/records-json.tar.gz', 'records-deleted.csv.gz']);
  for (const [key, [version, ...others]] of Object.entries(files)) {
    expect(others).toEqual([]);
    expect(version!.links).toEqual({
      self: `${server.origin}/api/exporter/${key}/${version!.version_id}`,
      self_head: `${server.origin}/api/exporter/${key}`,
    });
    const bytes = await bytesOf(version!.links.self);
    expect({ size: bytes.length, checksum: md5(bytes) }).toEqual({ size: version!.size, checksum: version!.checksum });
    expect((await bytesOf(version!.links.self_head!)).equals(bytes)).toBe(true);
    expect(bytes.readUInt32LE(4)).toBe(Math.floor(NOW / 1000));
  }
  expect((await fetch(`${server.origin}/api/exporter/records-json.tar.gz/0`)).status).toBe(404);
  expect((await fetch(`${server.origin}/api/exporter/moths/records-json.tar.gz`)).status).toBe(404);
});

test('holds every record that is public, and only the members of the community in its slice', async () => {
  await using server = await serve(120);
  const { repository } = server.sim;
  const [first, second] = [...repository.ledger()].map(({ identifier }) => identifier) as [string, string];
  repository.vanish([first], NOW);
  repository.vanish([second], NOW, 'restricted');
  const there = [...repository.ledger()];
  const recids = (some: typeof there, extension: string) =>
    some.map(({ identifier }) => `${identifier.split(':')[2]}.${extension}`).toSorted();
  const names = async (key: string) => members(await bytesOf(`${server.origin}/api/exporter/${key}`)).map(([name]) => name);
  const json = await names('records-json.tar.gz');
  expect(json.toSorted()).toEqual(recids(there, 'json'));
  expect(json).not.toEqual(json.toSorted());
  expect((await names('records-xml.tar.gz')).toSorted()).toEqual(recids(there, 'xml'));
  const inTides = there.filter(({ setSpecs }) => setSpecs.includes('user-tides'));
  expect(inTides.length).toBeGreaterThan(0);
  expect((await names('tides/records-json.tar.gz')).toSorted()).toEqual(recids(inTides, 'json'));
  const deleted = gunzipSync(await bytesOf(`${server.origin}/api/exporter/records-deleted.csv.gz`)).toString();
  expect(deleted.split('\r\n').filter((line) => /^\d/.test(line))).toEqual([expect.stringContaining(`${first.split(':')[2]},10.5281/`)]);
});

test('a record of the JSON dump says what the ledger of facts says, in ASCII on one line', async () => {
  await using server = await serve(150);
  const records = new Map(members(await bytesOf(`${server.origin}/api/exporter/records-json.tar.gz`)));
  const seen = { files: 0, hidden: 0, references: 0, fields: 0 };
  for (const facts of factsLedger(server.sim.repository)) {
    const text = records.get(`${facts.identifier.split(':')[2]}.json`)!;
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    const record = JSON.parse(text) as Dumped;
    expect(record.stats).toEqual(facts.stats);
    expect(record.custom_fields).toEqual(facts.customFields);
    expect(record.metadata.references ?? []).toEqual(facts.references);
    expect(record.versions).toEqual({ index: facts.versionIndex, is_latest: facts.isLatest });
    const shown = record.files.entries;
    expect(shown === undefined ? null : Object.values(shown).map(({ key, size, checksum }) => ({ key, size, checksum }))).toEqual(
      facts.files === null ? null : facts.files.map(({ key, size, checksum }) => ({ key, size, checksum })),
    );
    seen.files += facts.files?.length ?? 0;
    seen.hidden += facts.files === null ? 1 : 0;
    seen.references += facts.references.length;
    seen.fields += Object.keys(facts.customFields).length;
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

test('the same seed gives the same bytes; views change statistics and nothing else', async () => {
  await using one = await serve();
  await using other = await serve();
  const [before, same] = [await bytesOf(`${one.origin}/api/exporter/records-json.tar.gz`), await listing(other.origin)];
  expect(md5(before)).toBe(same['records-json.tar.gz']![0]!.checksum);
  one.sim.repository.view({ fraction: 0.2 }, 5);
  await fetch(`${one.origin}/_sim/export`, { method: 'POST', body: JSON.stringify({ at: '2026-10-05T03:00:00Z' }) });
  const versions = (await listing(one.origin))['records-json.tar.gz']!;
  expect(versions.map(({ is_head }) => is_head)).toEqual([true, false]);
  const [old, now] = [new Map(members(before)), members(await bytesOf(versions[0]!.links.self))];
  const changed = now.filter(([name, text]) => text !== old.get(name));
  expect(changed.length).toBeGreaterThan(0);
  const withoutStats = (text: string | undefined) => ({ ...(JSON.parse(text!) as object), stats: null });
  for (const [name, text] of changed) expect(withoutStats(text)).toEqual(withoutStats(old.get(name)));
  for (let month = 10; month < 13; month++)
    await fetch(`${one.origin}/_sim/export`, { method: 'POST', body: JSON.stringify({ at: `2026-${month}-06T03:00:00Z` }) });
  expect((await listing(one.origin))['records-json.tar.gz']).toHaveLength(3);
  expect((await fetch(versions[1]!.links.self)).status).toBe(404);
});

test('continues from a byte, unless the file is another one', async () => {
  await using server = await serve();
  const url = `${server.origin}/api/exporter/records-xml.tar.gz`;
  const whole = await fetch(url);
  const bytes = Buffer.from(await whole.arrayBuffer());
  const etag = whole.headers.get('etag')!;
  expect([whole.headers.get('content-length'), whole.headers.get('accept-ranges')]).toEqual([String(bytes.length), 'bytes']);
  const rest = await fetch(url, { headers: { range: 'bytes=1000-', 'if-range': etag } });
  expect([rest.status, rest.headers.get('content-range')]).toEqual([206, `bytes 1000-${bytes.length - 1}/${bytes.length}`]);
  expect(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(1000))).toBe(true);
  expect((await fetch(url, { headers: { range: 'bytes=1000-', 'if-range': '"other"' } })).status).toBe(200);
  expect((await fetch(url, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
  expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(bytes.length));
});

test('faults: cut, no range, wrong checksum, replaced', async () => {
  await using server = await serve(30, ['dump-wrong-checksum', 'dump-no-range', 'dump-replaced']);
  server.sim.faults.add([{ fault: 'cut-body', at: { verb: 'DUMP' } }]);
  const wrong = (await listing(server.origin))['records-json.tar.gz']![0]!;
  const right = (await listing(server.origin))['records-json.tar.gz']![0]!;
  expect(wrong.checksum).not.toBe(right.checksum);
  const noRange = await fetch(right.links.self, { headers: { range: 'bytes=100-' } });
  expect([noRange.status, noRange.headers.get('content-length'), noRange.headers.get('etag')]).toEqual([200, null, null]);
  expect(md5(Buffer.from(await noRange.arrayBuffer()))).toBe(right.checksum);
  await expect(bytesOf(right.links.self)).rejects.toThrow();
  const replaced = (await listing(server.origin))['records-json.tar.gz']!;
  expect(replaced).toHaveLength(1);
  expect(replaced[0]!.checksum).not.toBe(right.checksum);
  await expect(bytesOf(replaced[0]!.links.self)).rejects.toThrow();
  expect((await fetch(right.links.self)).status).toBe(404);
  expect(md5(await bytesOf(replaced[0]!.links.self))).toBe(replaced[0]!.checksum);
});
