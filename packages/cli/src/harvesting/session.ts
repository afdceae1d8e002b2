import { type OaiClient, OaiError, OaiHttpError } from '@thresher/oai';
import {
  type HarvestDeps,
  type Progress,
  resolveOrAdd,
  startTransforming,
  waitUntilOpen,
  type Resources,
  HarvestStoppedError,
  type HarvestRequest,
  type IncrementalOptions,
} from '@thresher/pipeline';
import type { Db } from '@thresher/store/database';
import { type Source, removeUnusedSource, dropRun, findRunningRun } from '@thresher/store/harvest';
import { readDate, readDuration } from '../dates.ts';
import { type ExitCode, type Io, say, UsageError } from '../io.ts';
import { openCommandResources, waitReporter } from '../open-resources.ts';
import { createProgress } from '../progress.ts';

export interface HarvestFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly from?: string;
  readonly until?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly limit?: number;
  readonly restart?: boolean;
  readonly incremental?: boolean;
  /** Create the run and leave it to a harvester process. */
  readonly detach?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

export interface HarvestSession {
  readonly deps: HarvestDeps;
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly show: (progress: Progress) => void;
}

/**
 * Opens everything that a harvest of a source needs, with workers that transform its pages, and does `work`. The function that `work`
 * returns prints the result, after the progress line is cleared.
 */
export async function harvestSource(
  io: Io,
  nameOrUrl: string,
  flags: { readonly metadataPrefix?: string; readonly workers: number },
  work: (session: HarvestSession) => Promise<() => ExitCode>,
): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const resolved = await resolveOrAdd(db, nameOrUrl, flags.metadataPrefix);
  return await keepingSource(db, resolved, () => inHarvestSession(io, resources, resolved.source, flags.workers, work));
}

async function inHarvestSession(
  io: Io,
  resources: Resources,
  source: Source,
  workers: number,
  work: (session: HarvestSession) => Promise<() => ExitCode>,
): Promise<ExitCode> {
  mustNotBePaused(source);
  const { log } = resources;
  const db = await resources.db();
  const search = await waitUntilOpen(resources.search, waitReporter(io), io.signal, searchStartMs);
  if (search === null) say(io, 'there is no ELASTICSEARCH_URL: records go to SQL, search stays empty');
  const queue = await resources.queue();
  await using _ = await startTransforming(resources, workers);
  const client = resources.client(source.base_url);
  const progress = createProgress(io);
  try {
    const tell = await work({
      deps: { db, client, queue, search, log, liftBlock: true },
      source,
      started: Date.now(),
      show: progress.show,
    });
    progress.end();
    return tell();
  } catch (error) {
    progress.end();
    throw await withAdvice(error, client, io.signal);
  }
}

/** Throws a UsageError if a person has paused the source: a command for it would wait without end. */
export function mustNotBePaused({ name, paused_at }: Pick<Source, 'name' | 'paused_at'>): void {
  if (paused_at === null) return;
  throw new UsageError(`${name} is paused since ${paused_at.toISOString().slice(0, 19)}Z: thresher source resume ${name} ends the pause`);
}

/** Does `work` for a source. If that fails and the source was added for it, the source is removed again. */
export async function keepingSource<T>(db: Db, { source, added }: { source: Source; added: boolean }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The first error is the one to report.
    if (added) await removeUnusedSource(db, source.id).catch(() => {});
    throw error;
  }
}

/** An error about an unknown format lists the formats that exist. */
async function withAdvice(error: unknown, client: OaiClient, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof HarvestStoppedError) || !/metadataPrefix|cannotDisseminateFormat/i.test(error.message)) return error;
  try {
    const formats = await client.listMetadataFormats(undefined, signal);
    return new HarvestStoppedError(`${error.message}; the repository offers ${formats.map((format) => format.metadataPrefix).join(', ')}`, {
      cause: error,
    });
  } catch (cause) {
    if (cause instanceof OaiError || cause instanceof OaiHttpError) return error;
    throw cause;
  }
}

/** Ends an unfinished run of the source, so that another can begin. */
export async function dropRunningRun(db: Db, source: Source): Promise<void> {
  const running = await findRunningRun(db, source.id);
  if (running !== undefined) await dropRun(db, running.id);
}

/** The harvest that the flags of `harvest` and `plan` describe. */
export function requestOf(source: Pick<Source, 'metadata_prefix' | 'set_specs'>, flags: Omit<HarvestFlags, 'workers'>): HarvestRequest {
  const now = new Date();
  const from = flags.from === undefined ? null : readDate(flags.from, 'start', now);
  const until = flags.until === undefined ? null : readDate(flags.until, 'end', now);
  if (from !== null && until !== null && from > until) throw new UsageError('--from is later than --until');
  return {
    kind: 'full',
    metadataPrefix: flags.metadataPrefix ?? source.metadata_prefix,
    setSpecs: flags.set ?? source.set_specs,
    from,
    until,
    rate: flags.rate ?? null,
    concurrency: flags.concurrency ?? null,
    limit: flags.limit ?? null,
  };
}

/** How long a harvest waits for an Elasticsearch that is configured and does not answer: on a loaded machine it takes minutes to start. */
const searchStartMs = 10 * 60_000;

/** The incremental harvest that the flags of `sync` and `harvest --incremental` describe. */
export function incrementalOptionsOf(
  source: Source,
  flags: Pick<HarvestFlags, 'set' | 'metadataPrefix' | 'rate' | 'concurrency'> & { readonly overlap?: string },
): IncrementalOptions {
  return {
    metadataPrefix: flags.metadataPrefix ?? source.metadata_prefix,
    setSpecs: flags.set ?? source.set_specs,
    overlapSeconds: flags.overlap === undefined ? null : readDuration(flags.overlap),
    rate: flags.rate ?? null,
    concurrency: flags.concurrency ?? null,
  };
}
