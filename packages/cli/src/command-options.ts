import { defaultWorkers } from '@thresher/pipeline';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode, Io } from './io.ts';

export const wholeNumber = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return n;
};
export const positive = (text: string): number => {
  const n = Number(/^[\d.]+(?=(\/min)?$)/.exec(text)?.[0]);
  if (!(n > 0)) throw new InvalidArgumentError('It has to be a number above 0, such as 30 or 30/min.');
  return n;
};
/** The flags that a command takes: its last parameter. */
export type Flags<F extends (...args: never[]) => unknown> = Parameters<F> extends [...unknown[], infer Last] ? Last : never;

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** What the function that registers a command gets: the streams, the program, and where its exit code goes. */
export interface CommandRegistry {
  readonly io: Io;
  readonly program: Command;
  readonly then: (work: Promise<ExitCode>) => Promise<void>;
}

export const jsonOption = (): Option => new Option('--json', 'print JSON');
/** The operating system gives PostgreSQL and Elasticsearch their share of the cores. */
export const workersOption = (): Option =>
  new Option('--workers <n>', 'cores that transform pages').argParser(wholeNumber).default(defaultWorkers(), 'all, up to 8');
export const exampleLines = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  thresher ${line}`).join('\n')}`;
