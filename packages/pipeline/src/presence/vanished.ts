import type { Db } from '@thresher/store/database';
import {
  type AbsenceVerdict,
  clearListed,
  confirmGone,
  findSourceById,
  type Run,
  type Source,
  addUnlistedSuspects,
  type AbsenceCounts,
} from '@thresher/store/harvest';

/** The result of the search for records that a complete run did not list. */
export interface VanishedOutcome {
  /** New suspects: missing once. */
  readonly suspects: number;
  /** Missing a second time, and now tombstones. */
  readonly confirmed: number;
  /** Too many at once: nothing was changed, a person has to decide. */
  readonly held: number;
  /** Suspects that are listed again. */
  readonly cleared: number;
  /** Messages for a person. */
  readonly problems: readonly string[];
}

const share = 0.02;
const always = 20;

/**
 * Whether records that are missing from a list count as gone. A list that came back empty, or that lacks more than
 * 2 % of what is stored of the source (20 records are always allowed), is more likely a fault of the server than the
 * truth.
 */
export function classifyAbsence({ listed, missing, stored }: AbsenceCounts): AbsenceVerdict {
  if (missing === 0) return 'none';
  if (listed === 0) return 'empty';
  return missing > Math.max(always, stored * share) ? 'too many' : 'believable';
}

/** Whether a repository does not announce deletions: `transient` promises nothing (OAI-PMH 2.0, 2.5.1). */
export const announcesNothing = (deletedRecord: Source['deleted_record']): boolean =>
  deletedRecord === 'no' || deletedRecord === 'transient';

const recentMs = 48 * 3_600_000;

/** Whether a run requested everything up to the present, so that records it did not list are not there. */
export function listedEverything(run: Pick<Run, 'kind' | 'from_datestamp' | 'until_datestamp' | 'started_at'>): boolean {
  if (run.kind !== 'full' || run.from_datestamp !== null || run.until_datestamp === null) return false;
  return run.started_at.getTime() - run.until_datestamp.getTime() < recentMs;
}

/**
 * After a complete run: suspects that it listed are cleared; after one of everything, records that it lacks become
 * suspects, and those that an earlier run of the whole repository lacked too become tombstones. Repeating it changes
 * nothing.
 */
export async function lookForVanished(db: Db, run: Run): Promise<VanishedOutcome | null> {
  const cleared = await clearListed(db, run);
  const source = await findSourceById(db, run.source_id);
  if (!listedEverything(run) || !announcesNothing(source.deleted_record)) return cleared === 0 ? null : { ...nothing, cleared };
  const absent = await addUnlistedSuspects(db, run, classifyAbsence);
  const reason = 'two complete runs in a row did not list it';
  const confirmed = await confirmGone(db, source.id, absent.again, reason, { witness: 'sweep', run: run.id, says: reason });
  if (absent.verdict === 'none' || absent.verdict === 'believable') return { ...nothing, suspects: absent.added, confirmed, cleared };
  return { ...nothing, held: absent.missing, cleared, problems: [heldSentence(source.name, absent)] };
}

const nothing: VanishedOutcome = { suspects: 0, confirmed: 0, held: 0, cleared: 0, problems: [] };

function heldSentence(source: string, { listed, missing, stored }: AbsenceCounts): string {
  const what =
    listed === 0 ? 'the list came back empty' : `${missing} of ${stored} records are no longer listed, more than can be believed`;
  return `${what}: nothing was deleted; thresher suspects ${source} shows them, with --confirm it deletes them, with --dismiss it keeps them`;
}
