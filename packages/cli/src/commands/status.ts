import type { Resources } from '@thresher/pipeline';
import { redactUrl } from '@thresher/runtime';
import { countDocuments } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import {
  countPendingPages,
  findIndexingFault,
  lastPruning,
  listRuns,
  listSources,
  runTotals,
  blockSentence,
  readRateLimit,
} from '@thresher/store/harvest';
import { countRecords } from '@thresher/store/read';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { bytes, exit, type ExitCode, type Io, printJson, count, print, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher status` */
export function addStatusCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('status')
    .description('what was harvested, stored and indexed')
    .option('--watch', 'refresh every two seconds')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('status', 'status --watch'))
    .action((flags: Flags<typeof status>) => then(status(io, flags)));
}

/** Prints sources, their last runs, and how many records are stored and searchable; with `watch` every two seconds. */
export async function status(io: Io, flags: { json?: boolean; watch?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  for (;;) {
    const now = await readStatus(db, resources);
    if (flags.watch) io.stdout.write('\x1b[2J\x1b[H');
    if (flags.json) printJson(io, now);
    else printStatus(io, now);
    if (!flags.watch) return exit.done;
    await sleep(2_000, undefined, { signal: io.signal });
  }
}

type Status = Awaited<ReturnType<typeof readStatus>>;

async function readStatus(db: Db, resources: Resources) {
  const search = await resources.search().catch(() => null);
  const sources = [];
  for (const source of await listSources(db)) {
    const [run] = await listRuns(db, source.id, 1);
    sources.push({
      source: source.name,
      baseURL: redactUrl(source.base_url),
      records: await countRecords(db, source.id),
      documents: search === null ? null : await countDocuments(search.client, search.alias, { sourceId: source.id }),
      /** Why no request is sent to its host, and until when. */
      blocked: await blockedOf(db, source.base_url),
      run:
        run === undefined
          ? null
          : {
              id: run.id,
              kind: run.kind,
              state: run.state,
              sets: run.set_specs,
              until: run.until_datestamp,
              failure: run.failure,
              ...(await runTotals(db, run.id)),
            },
    });
  }
  const pending = await countPendingPages(db, search !== null);
  const fault = search === null ? null : await findIndexingFault(db);
  return {
    sources,
    pendingPages: pending.count,
    waitingFor: fault?.reason ?? (pending.count > 0 ? pending.failure : null),
    /** What was deleted last because of its age. */
    pruned: await prunedLast(db),
  };
}

async function prunedLast(db: Db) {
  const pruning = await lastPruning(db);
  if (pruning === undefined) return null;
  const { begun_at: at, pages, page_bytes: pageBytes, revisions, steps, deliveries, history_until: historyUntil } = pruning;
  return { at, pages, pageBytes, revisions, steps, deliveries, historyUntil };
}

async function blockedOf(db: Db, baseURL: string): Promise<string | null> {
  const { host } = new URL(baseURL);
  const { block } = await readRateLimit(db, host);
  return block === null ? null : blockSentence(host, block);
}

function printStatus(io: Io, { sources, pendingPages, waitingFor, pruned }: Status): void {
  if (sources.length === 0) {
    print(io, 'nothing was harvested yet: thresher harvest SOURCE|URL');
    return;
  }
  print(
    io,
    table(
      ['source', 'records', 'deleted', 'in search', 'last run', 'state', 'declared', 'received', 'windows open', 'short', 'failed'],
      sources.map(({ source, records, documents, run }) => [
        source,
        records.live,
        records.deleted,
        documents,
        run === null ? null : `${run.kind} ${run.id}`,
        run?.state ?? null,
        run?.declared ?? null,
        run?.distinctReceived ?? null,
        run?.open ?? null,
        run?.short ?? null,
        run?.failed ?? null,
      ]),
    ),
  );
  for (const { source, blocked } of sources) if (blocked !== null) print(io, `${source}: ${blocked}`);
  for (const { source, run } of sources) if (run?.failure) print(io, `${source}: ${run.failure}`);
  if (pendingPages > 0) print(io, `${count(pendingPages)} pages wait for their transform`);
  if (waitingFor !== null) print(io, `they wait because: ${waitingFor}`);
  if (pruned !== null)
    print(
      io,
      `deleted for their age on ${pruned.at.toISOString().slice(0, 10)}: the bytes of ${count(pruned.pages)} pages (${bytes(pruned.pageBytes)}), ` +
        `${count(pruned.revisions)} earlier revisions, ${count(pruned.deliveries)} delivered messages`,
    );
}
