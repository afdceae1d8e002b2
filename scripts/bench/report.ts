import type { BenchResults } from './bench.ts';
import { disk as sums, type DiskFigure } from './disk.ts';
import { cpuPerRecord, type GrowthFigure, median, ratio, type Stage, summarise } from './figures.ts';
import { names, script, thresher } from './names.ts';
import type { ProcessFigure } from './processes.ts';
import type { SearchFigure } from './search-load.ts';

/** On what it was measured. */
export interface Conditions {
  readonly machine: string;
  readonly node: string;
  readonly records: number;
  readonly repetitions: number;
  readonly commit: string;
  readonly date: string;
  /** Processes that wanted a core in the minute before, as `uptime` reports it. */
  readonly load: number;
}

/** A ratio that is promised or of interest: the first stage against the second. */
export interface Comparison {
  readonly what: string;
  readonly ratio: number;
}

export function compare(stages: readonly Stage[]): Comparison[] {
  const find = (name: string, of: string = thresher) => stages.find((stage) => stage.name === name && stage.of === of);
  const against = (what: string, one: Stage | undefined, other: Stage | undefined) =>
    one !== undefined && other !== undefined ? [{ what, ratio: ratio(one, other) }] : [];
  const [walk, whole] = [find(names.walk), find(names.harvest)];
  return [
    ...stages
      .filter((stage) => stage.name === names.walk && stage !== walk)
      .flatMap((peer) => against(`walk against ${peer.of}`, walk, peer)),
    ...against('end to end against the plain script', whole, find(names.harvest, script)),
    ...against('unchanged against first', find(names.again), whole),
    ...against('replay against end to end', find(names.replay), whole),
    ...against('JSON dump import against end to end', find(names.jsonDump), whole),
    ...against('JSON dump import against XML', find(names.jsonDump), find(names.xmlDump)),
    ...against('replay on two cores against one', find(names.twoCores), find(names.oneCore)),
  ];
}

const number = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en'));

function table(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly (string | number | null)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'string' ? cell : number(cell))).join(' | ')} |`;
  return ['', line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)];
}

/** The figures as Markdown. */
export function toMarkdown(found: BenchResults, conditions: Conditions): string {
  const { machine, node, records, repetitions, commit, date, load } = conditions;
  const stages = [...found.stages.values()];
  return [
    `${machine}, Node ${node}, commit ${commit}, ${date}; load ${load.toFixed(1)} before it. ${number(records)} records, ${repetitions} repetitions in turn: median, least and most.`,
    ...stageTable(stages),
    ...table(
      ['ratio, within a repetition', 'median'],
      compare(stages).map(({ what, ratio: value }) => [what, value.toFixed(2)]),
    ),
    ...[...found.processes].flatMap(([stage, figures]) => processTable(stage, figures, records)),
    ...searchTable(found.search),
    ...diskTable(found.disk),
    ...growthTable(found.growth),
  ].join('\n');
}

const stageTable = (stages: readonly Stage[]): string[] =>
  table(
    ['stage', 'of', 'records/s', 'least–most', 'records per CPU-second of its process', 'peak MB'],
    stages
      .map(summarise)
      .map((it) => [it.stage, it.of, it.perSecond, `${number(it.least)}–${number(it.most)}`, it.perCpuSecond, it.peakMegabytes]),
  );

/** Medians over the repetitions; of memory, the most. */
function processTable(stage: string, repetitions: readonly (readonly ProcessFigure[])[], records: number): string[] {
  const programs = (repetitions[0] ?? []).map(({ process }) => process);
  const of = (program: string) => repetitions.flatMap((processes) => processes.filter(({ process }) => process === program));
  return table(
    [`process, ${stage}`, 'ms of CPU a record', 'peak MB'],
    programs.map((program) => [
      program,
      ((median(of(program).map(({ cpuSeconds }) => cpuSeconds)) / records) * 1_000).toFixed(2),
      Math.max(...of(program).map(({ peakMegabytes }) => peakMegabytes)),
    ]),
  );
}

const searchTable = (searches: readonly SearchFigure[]): string[] =>
  table(
    ['search page with all facets, 20 requests/s over HTTP', 'p50 ms', 'p90 ms', 'p99 ms', 'most ms', 'failed', 'API: peak MB'],
    searches.map(({ times, api }, n) => [
      `repetition ${n + 1}`,
      times.p50,
      times.p90,
      times.p99,
      times.max,
      times.failed,
      api.peakMegabytes,
    ]),
  );

const diskTable = (figures: readonly DiskFigure[]): string[] =>
  table(
    ['on disk after a first harvest', 'bytes per record'],
    figures.map(({ what, bytesPerRecord }) => [what, bytesPerRecord]),
  );

const growthTable = (growth: readonly GrowthFigure[]): string[] =>
  table(
    [
      'growth: records',
      'records/s',
      'ms of CPU a record, all but the simulator',
      'peak MB of Thresher',
      'bytes in PostgreSQL',
      'in Elasticsearch',
    ],
    growth.map((figure) => [
      figure.stage.records,
      Math.round(figure.stage.records / figure.stage.seconds),
      cpuPerRecord(figure).toFixed(2),
      Math.round(figure.stage.peakMegabytes ?? 0),
      bytesOf(figure.disk, sums.postgres),
      bytesOf(figure.disk, sums.search),
    ]),
  );

const bytesOf = (figures: readonly DiskFigure[], place: string): number | null =>
  figures.find(({ what }) => what === place)?.bytesPerRecord ?? null;
