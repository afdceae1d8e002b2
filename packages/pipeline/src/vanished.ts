/** What came of the search for records that a complete run did not list. */
export interface VanishedOutcome {
  /** New suspects: one witness. */
  readonly suspects: number;
  /** Missed a second time, and now tombstones. */
  readonly confirmed: number;
  /** Too many at once: nothing was done, a person has to decide. */
  readonly held: number;
  /** Suspects that are listed again. */
  readonly cleared: number;
}

/** Whether what is missing from a list may be believed to be gone. */
export type Absence = 'none' | 'believable' | 'empty' | 'too many';

const share = 0.02;
const always = 20;

/**
 * A list that came back empty, or that lacks more than 2 % of what is stored of the source (20 records are always
 * allowed), is more likely a fault of the server than the truth.
 *
 * @param listed records on the list
 * @param missing stored ones that it lacks
 * @param stored live records of the source
 */
export function judgeAbsence({ listed, missing, stored }: { readonly listed: number; readonly missing: number; readonly stored: number }): Absence {
  if (missing === 0) return 'none';
  if (listed === 0) return 'empty';
  return missing > Math.max(always, stored * share) ? 'too many' : 'believable';
}
