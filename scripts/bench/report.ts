import { ratio, type Stage, summarise } from './figures.ts';

/** On what it was measured. */
export interface Conditions {
  readonly machine: string;
  readonly node: string;
  readonly records: number;
  readonly repetitions: number;
  readonly commit: string;
  readonly date: string;
  /** Processes that wanted a core in the minute before, as `uptime` tells it. */
  readonly load: number;
}

/** A ratio that is promised or of interest: the first stage against the second. */
export interface Comparison {
  readonly what: string;
  readonly ratio: number;
}

export const thresher = 'thresher';

export function compare(stages: readonly Stage[]): Comparison[] {
  const find = (name: string, of: string) => stages.find((stage) => stage.name === name && stage.of === of);
  const against = (what: string, one: Stage | undefined, other: Stage | undefined) =>
    one !== undefined && other !== undefined && one.figures.length > 0 && other.figures.length > 0
      ? [{ what, ratio: ratio(one, other) }]
      : [];
  const walk = find(names.walk, thresher);
  const whole = find(names.harvest, thresher);
  return [
    ...stages
      .filter((stage) => stage.name === names.walk && stage !== walk)
      .flatMap((peer) => against(`walk against ${peer.of}`, walk, peer)),
    ...against('end to end against the plain script', whole, find(names.harvest, script)),
    ...against('unchanged against first', find(names.again, thresher), whole),
    ...against('replay against end to end', find(names.replay, thresher), whole),
  ];
}

/** What a plain script of a user is called. */
export const script = 'plain script (sickle, lxml, psycopg, bulk helpers)';

export const names = {
  walk: 'walk, pages durable',
  map: 'parse and map, one thread',
  store: 'pages into SQL',
  replay: 'replay, nothing changes, SQL',
  reindex: 'index out of SQL',
  harvest: 'end to end: SQL and search',
  again: 'the same again, unchanged',
  export: 'export to Parquet',
} as const;

const number = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en'));

/** The figures as Markdown. */
export function toMarkdown(stages: readonly Stage[], conditions: Conditions): string {
  const rows = stages
    .filter((stage) => stage.figures.length > 0)
    .map(summarise)
    .map(
      (it) =>
        `| ${it.stage} | ${it.of} | ${number(it.perSecond)} | ${number(it.least)}–${number(it.most)} | ${number(it.perCpuSecond)} | ${number(it.peakMegabytes)} |`,
    );
  const ratios = compare(stages).map(({ what, ratio: value }) => `| ${what} | ${value.toFixed(2)} |`);
  const { machine, node, records, repetitions, commit, date, load } = conditions;
  return [
    `${machine}, Node ${node}, commit ${commit}, ${date}; load ${load.toFixed(1)} before it. ${number(records)} records, ${repetitions} repetitions in turn: median, least and most.`,
    '',
    '| stage | of | records/s | least–most | records per CPU-second of its process | peak MB |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '| ratio, within a repetition | |',
    '|---|---|',
    ...ratios,
  ].join('\n');
}
