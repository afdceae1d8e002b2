/** What a trial did and found. */
export interface TrialReport {
  /** Results with their figures. */
  readonly lines: readonly string[];
  /** None: all is as it has to be. */
  readonly violations: readonly string[];
}

/** Collects a report while a trial goes on. */
export interface TrialNotes {
  readonly lines: string[];
  readonly violations: string[];
  /** A line, shown at once with the seconds since the beginning. */
  note(line: string): void;
  violated(...sentences: string[]): void;
}

export function takeNotes(log: (line: string) => void): TrialNotes {
  const begun = Date.now();
  const [lines, violations]: [string[], string[]] = [[], []];
  const show = (to: string[], mark: string, line: string): void => {
    to.push(line);
    log(`${String(Math.round((Date.now() - begun) / 1_000)).padStart(4)} s  ${mark}${line}`);
  };
  return {
    lines,
    violations,
    note: (line) => show(lines, '', line),
    violated: (...sentences) => sentences.forEach((sentence) => show(violations, '! ', sentence)),
  };
}
