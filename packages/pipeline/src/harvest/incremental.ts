import type { Db } from '@thresher/store/database';
import { coveredSets, findRunningRun, type Source } from '@thresher/store/harvest';
import type { HarvestRequest } from './run-harvest.ts';
import { settingsOf } from '../sources/sources.ts';

/** Zenodo updates some sets only hourly. */
const defaultOverlapSeconds = 7_200;

/** No complete run covers the requested selection, so there is nothing to continue from. */
export class NoCompleteRunError extends Error {
  override readonly name = 'NoCompleteRunError';
}

/** Which part of a source to update. */
export interface IncrementalOptions {
  readonly metadataPrefix: string;
  /** Empty: the whole repository. */
  readonly setSpecs: readonly string[];
  /** How far before the last run to begin; null: the source's setting, default two hours. */
  readonly overlapSeconds: number | null;
  /** Requests per minute; null: what is known of the source. */
  readonly rate: number | null;
  readonly concurrency: number | null;
}

/**
 * The request for what changed since the last complete run. It begins at that run's pinned `until`, which is the
 * server's time, minus the overlap: records that the server dated before that instant but showed later are requested again, so
 * a longer overlap costs as many requests as there are pages of records in it. Of several sets the one that lies
 * furthest back decides.
 *
 * @throws NoCompleteRunError
 */
export async function incrementalRequest(db: Db, source: Source, options: IncrementalOptions): Promise<HarvestRequest> {
  const covered = await coveredSets(db, { id: source.id, metadataPrefix: options.metadataPrefix, setSpecs: options.setSpecs });
  const never = covered.filter(({ until }) => until === null).map(({ set }) => set);
  if (never.length > 0) throw await nothingToGoOnFrom(db, source, never);
  const overlapSeconds = options.overlapSeconds ?? settingsOf(source).overlapSeconds ?? defaultOverlapSeconds;
  const oldest = Math.min(...covered.map(({ until }) => until!.getTime()));
  return {
    kind: 'incremental',
    metadataPrefix: options.metadataPrefix,
    setSpecs: options.setSpecs,
    from: new Date(oldest - overlapSeconds * 1_000),
    until: null,
    rate: options.rate,
    concurrency: options.concurrency,
    limit: null,
  };
}

async function nothingToGoOnFrom(db: Db, source: Source, never: readonly (string | null)[]): Promise<NoCompleteRunError> {
  const sets = never.filter((set) => set !== null);
  const what = sets.length === 0 ? source.name : `${sets.join(', ')} of ${source.name}`;
  const command = ['thresher harvest', source.name, ...sets.map((set) => `--set ${set}`)].join(' ');
  const running = await findRunningRun(db, source.id);
  const why =
    running === undefined
      ? `no complete harvest of ${what} to continue from`
      : `no complete harvest of ${what} to continue from, as run ${running.id} is not finished`;
  return new NoCompleteRunError(`there is ${why}: run ${command} first`);
}
