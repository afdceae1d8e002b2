import type { DiskFigure } from './disk.ts';
import type { ProcessFigure } from './processes.ts';

/** Time, CPU and memory of one run of a stage. CPU and memory are those of its process; null if they are not known. */
export interface StageFigure {
  readonly records: number;
  readonly seconds: number;
  readonly cpuSeconds: number | null;
  /** Of resident memory. */
  readonly peakMegabytes: number | null;
}

/** A first harvest into SQL and search, with every process that took part. */
export interface WholeFigure {
  readonly stage: StageFigure;
  readonly processes: readonly ProcessFigure[];
}

/** A first harvest of a repository of one size, with the disk space after it. */
export interface GrowthFigure extends WholeFigure {
  readonly disk: readonly DiskFigure[];
}

/** All runs of one stage. */
export interface Stage {
  readonly name: string;
  /** Who: Thresher, or a peer. */
  readonly of: string;
  readonly figures: readonly StageFigure[];
}

export interface StageSummary {
  readonly stage: string;
  readonly of: string;
  /** Records per second: the median, the least and the most of the repetitions. */
  readonly perSecond: number;
  readonly least: number;
  readonly most: number;
  /** Records per second of the process's own CPU; the median. */
  readonly perCpuSecond: number | null;
  readonly peakMegabytes: number | null;
}

/** The upper one of two in the middle. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

export function summarise({ name, of, figures }: Stage): StageSummary {
  const rates = figures.map(({ records, seconds }) => Math.round(records / seconds));
  const cpu = figures.flatMap(({ records, cpuSeconds }) => (cpuSeconds === null ? [] : [Math.round(records / cpuSeconds)]));
  const peaks = figures.flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
  return {
    stage: name,
    of,
    perSecond: median(rates),
    least: Math.min(...rates),
    most: Math.max(...rates),
    perCpuSecond: cpu.length === 0 ? null : median(cpu),
    peakMegabytes: peaks.length === 0 ? null : Math.round(Math.max(...peaks)),
  };
}

/** What two stages were to each other in the same repetition: the median over the repetitions. */
export function ratio(stage: Stage, to: Stage): number {
  const rate = ({ records, seconds }: StageFigure) => records / seconds;
  const ratios = stage.figures.flatMap((figure, n) => (to.figures[n] === undefined ? [] : [rate(figure) / rate(to.figures[n])]));
  return median(ratios);
}

/** CPU of all processes but the simulator, in milliseconds per record. */
export const cpuPerRecord = ({ stage, processes }: WholeFigure): number =>
  (processes.filter(({ process }) => process !== 'simulator').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / stage.records) * 1_000;
