import type { Progress } from '@thresher/pipeline';
import { count, duration, type Io, say } from './io.ts';

/** The progress of a run at one time, in milliseconds. */
interface Look {
  readonly at: number;
  readonly through: number;
}

/** Records that are completely processed. */
const throughOf = (p: Progress): number => Math.max(0, p.received - p.pendingRecords);

/** Whether every window is closed. The refresh of the views that follows takes minutes for millions of records. */
const isOver = (p: Progress): boolean => p.windows > 0 && p.open === 0;

/**
 * A line about a run: a bar, counts, the rate of the last seconds and the time left.
 *
 * @param recent looks of the last half minute, the oldest first
 */
export function progressLine(p: Progress, recent: readonly Look[], width: number): string {
  const through = throughOf(p);
  const whole = Math.max(p.expected, p.received);
  const share = whole === 0 ? 0 : through / whole;
  const [first, last] = [recent[0], recent.at(-1)];
  // A list that is begun again delivers its records again, so the number can decrease.
  const gained = first && last ? Math.max(0, last.through - first.through) : 0;
  const rate = gained > 0 ? (gained * 1_000) / (last!.at - first!.at) : 0;
  const left = rate > 0 && whole > through ? `, ${duration((whole - through) / rate)} left` : '';
  const doing = p.waitingFor
    ? `, pages wait: ${p.waitingFor}`
    : isOver(p)
      ? ', refreshing materialised views'
      : `, ${count(Math.round(rate))}/s${left}`;
  const text =
    whole === 0
      ? ` 0.0 %  no records yet${p.waitingFor ? doing : ''}`
      : ` ${(share * 100).toFixed(1)} %  ${count(through)} of ${count(whole)} records${doing}`;
  const room = Math.max(0, Math.min(30, width - text.length - 2));
  const filled = Math.round(room * share);
  return `${'━'.repeat(filled)}${'─'.repeat(room - filled)}${text}`;
}

const windowMs = 30_000;
const plainEveryMs = 5_000;

/** Shows progress: one line that is rewritten on a terminal, elsewhere a line every few seconds. */
export function createProgress(io: Io): { show(progress: Progress): void; end(): void } {
  let looks: Look[] = [];
  let shownAt = 0;
  const terminal = io.stderr.isTTY === true;
  return {
    show(progress) {
      const now = Date.now();
      looks = [...looks.filter((look) => now - look.at < windowMs), { at: now, through: throughOf(progress) }];
      const line = progressLine(progress, looks, io.stderr.columns ?? 80);
      if (terminal) io.stderr.write(`\r\x1b[2K${line.slice(0, (io.stderr.columns ?? 80) - 1)}`);
      else if (now - shownAt >= plainEveryMs) {
        say(io, line.trim());
        shownAt = now;
      }
    },
    end() {
      if (terminal) io.stderr.write('\r\x1b[2K');
    },
  };
}

/** Shows the progress of work other than a harvest: count, rate, and expected end. */
export function createCounter(io: Io, what: string): { show(done: number, share: number): void; end(): void } {
  const started = Date.now();
  const terminal = io.stderr.isTTY === true;
  let shownAt = terminal ? 0 : started;
  return {
    show(done, share) {
      const now = Date.now();
      if (now - shownAt < (terminal ? 200 : plainEveryMs)) return;
      shownAt = now;
      const seconds = (now - started) / 1_000;
      const left = share > 0 && share < 1 ? `, ${duration((seconds * (1 - share)) / share)} left` : '';
      const line = `${(share * 100).toFixed(1)} %  ${count(done)} ${what}, ${count(Math.round(done / seconds))}/s${left}`;
      if (terminal) io.stderr.write(`\r\x1b[2K${line}`);
      else say(io, line);
    },
    end() {
      if (terminal) io.stderr.write('\r\x1b[2K');
    },
  };
}
