import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { Gzip } from 'node:zlib';
import { currentState } from '../repository/journal.ts';
import type { RecordState } from '../repository/journal.ts';
import { hashText } from '../random.ts';
import { dumpedRecord } from './rdm-record.ts';
import type { Repository } from '../repository/repository.ts';
import { tarEnd, tarMember } from './tar.ts';
import { formatSecond } from '../xml.ts';

/** One version of a file that the exporter offers. */
export interface ExportedFile {
  readonly key: string;
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** The bytes from `start` to `end`, both included. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Zenodo's monthly dumps: all versions of all files, the newest of a key first. */
export interface Exporter {
  files(): readonly ExportedFile[];
  /** The version, or the newest one if no version is named. */
  find(key: string, versionId?: string): ExportedFile | undefined;
  /** Writes new versions of all files as of `at`, milliseconds since 1970. At most three versions of each are kept. */
  run(at: number): Promise<void>;
  /** Writes the first versions if there are none. */
  ready(at: number): Promise<void>;
  /** Deletes the existing versions at the next request, and writes new ones as of that time. */
  replace(): void;
  close(): Promise<void>;
}

/** Zenodo's `EXPORTER_NUMBER_VERSIONS_TO_KEEP`. */
const KEPT_VERSIONS = 3;

/**
 * Nothing is written before the first `ready` or `run`. The content depends on the repository alone, the head of the gzip file on `at`.
 *
 * @param community slug of the community that has its own slice; null for none
 */
export function createExporter(repository: Repository, community: string | null): Exporter {
  let versions: Version[] = [];
  let working: Promise<void> = Promise.resolve();
  let isReplaced = false;
  const run = (at: number): Promise<void> => {
    working = working.then(async () => {
      const made = await writeVersions(repository, community, at, versions.length);
      const all = [...made, ...versions];
      const kept = all.filter((it) => all.filter(({ key }) => key === it.key).indexOf(it) < KEPT_VERSIONS);
      const dropped = all.filter((it) => !kept.includes(it));
      versions = kept;
      await Promise.all(dropped.map((it) => it.close()));
    });
    return working;
  };
  const clear = async (): Promise<void> => {
    await working;
    const dropped = versions;
    versions = [];
    await Promise.all(dropped.map((it) => it.close()));
  };
  let first: Promise<void> | null = null;
  return {
    files: () => versions,
    find: (key, versionId) => versions.find((it) => it.key === key && (versionId === undefined || it.versionId === versionId)),
    run,
    ready: async (at) => {
      if (isReplaced) {
        isReplaced = false;
        const last = Math.max(0, ...versions.map(({ created }) => created));
        // The time in the head of a gzip file is in whole seconds.
        first = clear().then(() => run(Math.max(at, last + 2_000)));
      }
      await (first ??= versions.length > 0 ? Promise.resolve() : run(at));
    },
    replace: () => void (isReplaced = true),
    close: clear,
  };
}

interface Version extends ExportedFile {
  close(): Promise<void>;
}

/** A file that is being packed. */
interface Packing {
  add(bytes: Uint8Array): void;
  /** Waits until everything added has been written. */
  drained(): Promise<void>;
  end(): Promise<Version>;
}

async function writeVersions(repository: Repository, community: string | null, at: number, before: number): Promise<Version[]> {
  const folder = await mkdtemp(join(tmpdir(), 'oai-sim-'));
  try {
    const begin = (key: string): Promise<Packing> => beginPacking(folder, key, `${repository.seed} ${before}`, at);
    const json = await begin('records-json.tar.gz');
    const xml = await begin('records-xml.tar.gz');
    const slice = community === null ? null : await begin(`${community}/records-json.tar.gz`);
    const deleted = await begin('records-deleted.csv.gz');
    await packRecords(repository, community, { json, xml, slice });
    for (const line of deletedLines(repository)) deleted.add(Buffer.from(line));
    const made: Version[] = [];
    for (const packing of [json, xml, slice, deleted]) if (packing !== null) made.push(await packing.end());
    return made;
  } finally {
    // Files that are open stay readable.
    await rm(folder, { recursive: true });
  }
}

/** Records made before other work gets a turn. */
const AT_A_TIME = 25;

async function packRecords(
  repository: Repository,
  community: string | null,
  { json, xml, slice }: { readonly json: Packing; readonly xml: Packing; readonly slice: Packing | null },
): Promise<void> {
  const lengths = { json: 0, xml: 0, slice: 0 };
  const add = (packing: Packing, name: keyof typeof lengths, member: readonly Uint8Array[]): void => {
    for (const bytes of member) {
      packing.add(bytes);
      lengths[name] += bytes.length;
    }
  };
  let made = 0;
  for (const state of presentStates(repository)) {
    const record = dumpedRecord(repository, state);
    const member = tarMember(`${record.recid}.json`, Buffer.from(asciiJson(record.json)));
    add(json, 'json', member);
    add(xml, 'xml', tarMember(`${record.recid}.xml`, Buffer.from(record.xml)));
    if (slice !== null && state.setSpecs.includes(`user-${community}`)) add(slice, 'slice', member);
    if (++made % AT_A_TIME > 0) continue;
    await Promise.all([json.drained(), xml.drained(), slice?.drained()]);
    await otherWork();
  }
  json.add(tarEnd(lengths.json));
  xml.add(tarEnd(lengths.xml));
  slice?.add(tarEnd(lengths.slice));
}

/** As Python's `json.dumps` writes it. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** In an arbitrary order, as a search index returns them. */
function* presentStates(repository: Repository): Generator<RecordState> {
  const { corpus, journal } = repository;
  const total = corpus.size + journal.createdCount(corpus.size);
  const stride = strideOf(total);
  for (let i = 0; i < total; i++) {
    const state = currentState(corpus, journal, (i * stride) % total);
    if (state.status === 'present') yield state;
  }
}

/** A number without a common divisor with `total`, so that its multiples meet every record once. */
function strideOf(total: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = 7_919;
  while (divisor(stride, total) > 1) stride++;
  return stride;
}

/** Private records do not count as deleted. */
function* deletedLines({ corpus, journal }: Repository): Generator<string> {
  yield 'record_id,doi,parent_id,parent_doi,removal_note,removal_reason,removal_date,citation_text\r\n';
  for (const number of journal.firstPlaces.keys()) {
    const state = currentState(corpus, journal, number);
    if (state.status === 'present' || state.trace === 'restricted') continue;
    const recid = corpus.identifier(number).split(':').at(-1);
    yield `${recid},10.5281/zenodo.${recid},,,,retracted,${formatSecond(state.datestamp).slice(0, 10)},\r\n`;
  }
}

async function beginPacking(folder: string, key: string, salt: string, at: number): Promise<Packing> {
  const file = await open(join(folder, key.replaceAll('/', '-')), 'w+');
  const gzip = createGzip({ level: 1 });
  const writing = writeOut(gzip, file, at);
  writing.catch(() => {});
  return {
    add: (bytes) => void gzip.write(bytes),
    drained: () => (gzip.writableNeedDrain ? new Promise((resolve) => gzip.once('drain', resolve)) : Promise.resolve()),
    end: async () => {
      gzip.end();
      const { size, md5 } = await writing;
      return { key, versionId: versionIdOf(`${key} ${salt} ${at}`), created: at, size, md5, ...readerOf(file) };
    },
  };
}

async function writeOut(gzip: Gzip, file: FileHandle, at: number): Promise<{ size: number; md5: string }> {
  const md5 = createHash('md5');
  let size = 0;
  for await (const chunk of gzip as AsyncIterable<Buffer>) {
    // Python's tarfile writes when it began.
    if (size === 0) chunk.writeUInt32LE(Math.floor(at / 1_000), 4);
    md5.update(chunk);
    await file.write(chunk, 0, chunk.length, size);
    size += chunk.length;
  }
  return { size, md5: md5.digest('hex') };
}

function versionIdOf(text: string): string {
  const hex = [1, 2, 3, 4]
    .map((i) =>
      hashText(text, i * 0x85ebca6b)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const READ_BYTES = 64 * 1_024;

function readerOf(file: FileHandle): Pick<Version, 'read' | 'close'> {
  return {
    read: async function* (start, end) {
      for (let at = start; at <= end;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(READ_BYTES, end + 1 - at)), 0, null, at);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
    close: () => file.close(),
  };
}
