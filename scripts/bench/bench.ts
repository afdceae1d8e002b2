import type { DiskFigure } from './disk.ts';
import type { GrowthFigure, Stage, StageFigure } from './figures.ts';
import type { ProcessFigure } from './processes.ts';
import type { Servers } from './run-stage.ts';
import type { SearchFigure } from './search-load.ts';
import type { Simulator } from './simulator.ts';

/** What is measured with, and what was found so far. */
export interface Bench extends Servers {
  readonly simulator: Simulator;
  readonly records: number;
  /** For files. */
  readonly folder: string;
  readonly searchSeconds: number;
  readonly signal: AbortSignal;
  readonly talk: (line: string) => void;
  readonly found: BenchResults;
}

export interface BenchResults {
  readonly stages: Map<string, Stage & { figures: StageFigure[] }>;
  /** Of each program during a stage that loads an empty place, by the stage's name, for each repetition. */
  readonly processes: Map<string, (readonly ProcessFigure[])[]>;
  readonly search: SearchFigure[];
  /** After the last first harvest. */
  disk: readonly DiskFigure[];
  readonly growth: GrowthFigure[];
}

export const nothingFound = (): BenchResults => ({ stages: new Map(), processes: new Map(), search: [], disk: [], growth: [] });

/** Keeps what a stage of ours or of a peer took. */
export function note({ found, talk }: Bench, name: string, of: string, figure: StageFigure): void {
  const known = found.stages.get(`${name} ${of}`) ?? { name, of, figures: [] };
  known.figures.push(figure);
  found.stages.set(`${name} ${of}`, known);
  talk(`  ${name}, ${of}: ${Math.round(figure.records / figure.seconds).toLocaleString('en')} records/s`);
}

/** Keeps what the programs took that took part in a stage. */
export function noteProcesses({ found, records, talk }: Bench, name: string, figures: readonly ProcessFigure[]): void {
  found.processes.set(name, [...(found.processes.get(name) ?? []), figures]);
  for (const { process, cpuSeconds } of figures) talk(`    ${process}: ${((cpuSeconds / records) * 1_000).toFixed(3)} ms of CPU a record`);
}
