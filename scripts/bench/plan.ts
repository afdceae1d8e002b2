import { parseArgs } from 'node:util';

/** What is to be measured. */
export interface Plan {
  readonly records: number;
  readonly repetitions: number;
  /** How long searches are sent, in each repetition. */
  readonly searchSeconds: number;
  /** Sizes whose first harvests are compared. */
  readonly growth: readonly number[];
  readonly peers: boolean;
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
    peers: !values['no-peers'],
    json,
    write,
  };
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`${option} takes whole numbers from 1 on, not ${text}`);
  return number;
}
