import { parseArgs } from 'node:util';

/** The parts of the benchmark; `first` is the first harvest of `whole` without what follows it. */
const parts = ['apart', 'whole', 'first', 'dump', 'peers', 'growth'] as const;
export type Part = (typeof parts)[number];

/** What is to be measured. */
export interface Plan {
  readonly parts: ReadonlySet<Part>;
  readonly records: number;
  readonly repetitions: number;
  /** How long searches are sent, in each repetition. */
  readonly searchSeconds: number;
  /** Sizes whose first harvests are compared. */
  readonly growth: readonly number[];
  readonly json: boolean;
  readonly write: boolean;
}

export const USAGE = `Usage: npm run bench -- [options]
Measures each stage and all together, with peers beside it. Tables go to stdout.

  --quick         5,000 records, once, without growth: a few minutes
  --size N        records (20,000)
  --repeat N      repetitions (3)
  --growth LIST   sizes whose first harvests are compared (10000,100000; a million takes half an hour: 10000,100000,1000000)
  --no-peers      without the programs of others
  --only LIST     some parts only: apart,whole,first,dump,peers,growth (first: a first harvest without searches and later harvests)
  --json          the figures instead of the tables
  --write         into docs/performance.md and docs/performance.json
  --help`;

/** Reads the command line; null where help is asked for. Throws a TypeError that says what is wrong. */
export function readPlan(args: readonly string[]): Plan | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      size: { type: 'string' },
      repeat: { type: 'string' },
      growth: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { quick, json, write } = values;
  const growth = values.growth ?? (quick ? '' : '10000,100000');
  return {
    records: count('--size', values.size ?? (quick ? '5000' : '20000')),
    repetitions: count('--repeat', values.repeat ?? (quick ? '1' : '3')),
    searchSeconds: quick ? 10 : 15,
    growth: growth
      .split(',')
      .filter(Boolean)
      .map((size) => count('--growth', size)),
    parts: new Set(partsOf(values.only).filter((part) => part !== 'peers' || !values['no-peers'])),
    json,
    write,
  };
}

function partsOf(only: string | undefined): Part[] {
  if (only === undefined) return parts.filter((part) => part !== 'first');
  return only.split(',').map((name) => {
    const part = parts.find((known) => known === name);
    if (part === undefined) throw new TypeError(`--only takes ${parts.join(', ')}, not ${name}`);
    return part;
  });
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`${option} takes whole numbers from 1 on, not ${text}`);
  return number;
}
