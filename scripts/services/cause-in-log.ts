import { readFileSync, statSync } from 'node:fs';

/** Where a log ends now, in bytes; 0 if there is none. */
export const endOfLog = (log: string): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;

/** The line of a log behind this place that says why a server did not start, ready to follow a sentence: `: …`; empty if none does. */
export function causeSince(log: string, from: number): string {
  const end = endOfLog(log);
  if (end <= from) return '';
  const cause = causeIn(readFileSync(log).subarray(from).toString('utf8'));
  return cause === null ? '' : `: ${cause}`;
}

/** Lines of a cause, the most telling kind first. Java names the cause of a cause last; others fail at their first fault. */
const kinds: readonly { readonly line: RegExp; readonly take: 'first' | 'last' }[] = [
  { line: /^\s*Caused by: (?:[\w.$]+: )*(.+)$/, take: 'last' },
  { line: /(?:FATAL|PANIC):\s+(.+)$/, take: 'first' },
  { line: /(?:could not|cannot|can't|insufficient|not enough|no space left|permission denied|address already in use)/i, take: 'first' },
  { line: /(?:\bERROR\b|\berror:|Exception|# Fatal)/, take: 'first' },
];

const mostLetters = 200;

/** What in the log of a server that did not start says why, in one line; null if nothing does. Pure. */
export function causeIn(log: string): string | null {
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== '');
  for (const { line, take } of kinds) {
    const found = lines.filter((text) => line.test(text));
    const text = take === 'first' ? found[0] : found.at(-1);
    if (text !== undefined) return shortened((line.exec(text)![1] ?? withoutPrefix(text)).trim());
  }
  return null;
}

/** Without the time, level and class that a server writes in front. */
const withoutPrefix = (line: string): string =>
  line
    .replace(/^(?:\[[^\]]*\]\s*)+/, '')
    .replace(/^\d+:[A-Z] .{20,24} # /, '')
    .replace(/^# /, '');

const shortened = (text: string): string => (text.length <= mostLetters ? text : `${text.slice(0, mostLetters)}…`);
