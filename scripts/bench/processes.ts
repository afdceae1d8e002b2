import { readFileSync } from 'node:fs';

/** A program that is watched: its first process, whose children count as its own (PostgreSQL has one a connection). */
export interface Program {
  readonly name: string;
  readonly pid: number;
}

/** What a program took while it was watched. */
export interface ProcessFigure {
  readonly process: string;
  readonly cpuSeconds: number;
  /** The most of resident memory at one time; what processes share is counted once. */
  readonly peakMegabytes: number;
}

export interface Watch {
  /** Ends it. */
  figures(): ProcessFigure[];
}

/** Often enough to see a peak, and seldom enough to be no load. */
const everyMs = 1_000;
const ticksPerSecond = 100;

/** Watches programs on this machine, by what Linux reports of them. */
export function watch(programs: readonly Program[]): Watch {
  const watched = programs.map((program) => ({ program, before: cpuSeconds(program.pid), peak: 0 }));
  const look = (): void => {
    for (const one of watched) one.peak = Math.max(one.peak, megabytes(one.program.pid));
  };
  look();
  const looking = setInterval(look, everyMs);
  return {
    figures() {
      clearInterval(looking);
      look();
      return watched.map(({ program, before, peak }) => ({
        process: program.name,
        cpuSeconds: cpuSeconds(program.pid) - before,
        peakMegabytes: Math.round(peak),
      }));
    },
  };
}

/** Whether this process is one of that program: a number that a server reports is another one's where it runs in a container. */
export function isProgram(pid: number, command: RegExp): boolean {
  return command.test(textOf(pid, 'comm').trim());
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(textOf(pid, 'status'))?.[1] ?? 0);
}

function family(pid: number): number[] {
  const children = textOf(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

/** Of the family, and of those of its children that have ended. */
function cpuSeconds(pid: number): number {
  return family(pid).reduce((sum, one) => sum + cpuTicks(textOf(one, 'stat')), 0) / ticksPerSecond;
}

/** User and system time, then that of children that were waited for: the 14th to 17th field of `/proc/PID/stat`. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function megabytes(pid: number): number {
  const proportional = (one: number): number => Number(/^Pss:\s+(\d+) kB$/m.exec(textOf(one, 'smaps_rollup'))?.[1] ?? 0);
  return family(pid).reduce((sum, one) => sum + proportional(one), 0) / 1_000;
}

/** Empty if there is no such process (any more), or if it is somebody else's. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
