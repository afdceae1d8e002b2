import { createHash } from 'node:crypto';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '@thresher/oai';
import { createRepository, createSim, createTransport, type Fault } from '@thresher/oai-sim';
import { afterEach, expect, it } from 'vitest';
import { openDownload } from './download.ts';
import { DumpReplacedError, DumpUnreadableError } from './dump-errors.ts';
import { findPart, saveBytes } from './kept-download.ts';

const never = new AbortController().signal;
const clock = () => Date.parse('2026-09-05T03:00:00Z');
const head = 'http://sim.test/api/exporter/records-json.tar.gz';

interface Asked {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((exporting) => exporting.close()))));

/** A simulated exporter whose requests are noted. */
function exporter(faults: readonly Fault[] = [], alter: (transport: Transport) => Transport = (plain) => plain) {
  const sim = createSim({ repository: createRepository({ seed: 5, size: 60 }), faults });
  open.push(sim.exporter);
  const asked: Asked[] = [];
  const own = createTransport(sim, clock);
  const transport: Transport = alter(async (url, options) => {
    asked.push({ range: options.headers['range'], ifRange: options.headers['if-range'] });
    return own(url, options);
  });
  const refusals: string[] = [];
  let turns = 0;
  const deps = {
    transport,
    userAgent: 'test',
    turn: async () => void turns++,
    refused: async (reason: string) => void refusals.push(reason),
    pauseMs: () => 0,
  };
  return { sim, deps, asked, refusals, turns: () => turns };
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');
const dump: Pick<Fault, 'at'> = { at: { verb: 'DUMP' } };

it('goes on where a connection broke, under the condition that the file is the same', async () => {
  const { sim, deps, asked, turns } = exporter([{ fault: 'cut-body', ...dump, times: 3 }]);
  const { bytes, version } = await openDownload(deps, head, null, never);
  const whole = await all(bytes);
  const file = sim.exporter.find('records-json.tar.gz')!;
  expect([md5(whole), whole.length]).toEqual([file.md5, file.size]);
  expect(version).toEqual({ etag: `"${file.md5}"`, lastModified: 'Sat, 05 Sep 2026 03:00:00 GMT', size: file.size });
  expect(asked[0]).toEqual({ range: undefined, ifRange: undefined });
  expect(asked.slice(1).map(({ ifRange }) => ifRange)).toEqual([version.etag, version.etag, version.etag]);
  expect(asked[1]!.range).toBe(`bytes=${Math.floor(file.size / 2)}-`);
  expect(turns()).toBe(4);
});

it('reads from the beginning again where the server knows no ranges, and hands nothing out twice', async () => {
  const { sim, deps } = exporter([
    { fault: 'cut-body', ...dump },
    { fault: 'dump-no-range', times: 5 },
  ]);
  const whole = await all((await openDownload(deps, head, null, never)).bytes);
  expect(md5(whole)).toBe(sim.exporter.find('records-json.tar.gz')!.md5);
});

it('notices a file that was replaced meanwhile, by its tag, and by its bytes if there is none', async () => {
  const tagged = exporter([{ fault: 'dump-replaced' }]);
  const { bytes } = await openDownload(tagged.deps, head, null, never);
  await expect(all(bytes)).rejects.toThrow(DumpReplacedError);

  const withoutTag =
    (transport: Transport): Transport =>
    async (url, options) => {
      const { range: _, 'if-range': __, ...headers } = options.headers;
      const reply = await transport(url, { ...options, headers });
      return { ...reply, headers: {} };
    };
  const plain = exporter([{ fault: 'dump-replaced' }], withoutTag);
  await expect(all((await openDownload(plain.deps, head, null, never)).bytes)).rejects.toThrow(
    /is another file now than the one that was begun/,
  );

  const named = exporter([{ fault: 'dump-replaced' }]);
  await named.sim.exporter.ready(clock());
  const ofVersion = `${head}/${named.sim.exporter.find('records-json.tar.gz')!.versionId}`;
  await expect(all((await openDownload(named.deps, ofVersion, null, never)).bytes)).rejects.toThrow(
    /answered HTTP 404: the server does not offer this version/,
  );
});

it('gives up when nothing more comes, and at once if it is refused', async () => {
  const dead = exporter([
    { fault: 'cut-body', ...dump },
    { fault: 'http-503', ...dump, times: 100 },
  ]);
  const { bytes } = await openDownload(dead.deps, head, null, never);
  await expect(all(bytes)).rejects.toThrow(DumpUnreadableError);
  expect(dead.asked).toHaveLength(7);
  const refused = exporter([{ fault: 'http-403', ...dump }]);
  await expect(openDownload(refused.deps, head, null, never)).rejects.toThrow(
    `${head} answered HTTP 403: it refuses this client; the same command asks again`,
  );
  expect(refused.refusals).toEqual([`${head} answered HTTP 403: it refuses this client`]);
  const unknown = exporter();
  await expect(openDownload(unknown.deps, `${head}/none`, null, never)).rejects.toThrow(
    'answered HTTP 404: there is no such file; thresher dumps shows what',
  );
  expect(unknown.asked).toHaveLength(1);
});

it('stores what goes by, and later continues from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-keep-'));
  try {
    const path = join(folder, 'kept.tar.gz');
    const { sim, deps, asked } = exporter();
    const first = await openDownload(deps, head, null, never);
    for await (const _ of saveBytes(first.bytes, path, { url: head, version: first.version }, 0)) break;
    expect(await findPart(path, 'http://sim.test/other')).toBeNull();
    const part = (await findPart(path, head))!;
    expect(part.length).toBeGreaterThan(0);
    const second = await openDownload(deps, head, part, never);
    const whole = await all(saveBytes(second.bytes, path, { url: head, version: second.version }, part.length));
    const { md5: right } = sim.exporter.find('records-json.tar.gz')!;
    expect([md5(whole), md5(await readFile(path))]).toEqual([right, right]);
    expect(asked.at(-1)!.range).toBe(`bytes=${part.length}-`);
    expect(await findPart(path, head)).toBeNull();
    await writeFile(join(folder, 'file'), '');
    const nowhere = saveBytes(second.bytes, join(folder, 'file/x'), { url: head, version: second.version }, 0);
    await expect(nowhere.next()).rejects.toThrow(/cannot be written: .*name another file with --keep/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
