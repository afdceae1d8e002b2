import { parseArgs } from 'node:util';
import { checkFaults, FAULTS } from '../faults/faults.ts';
import type { Fault } from '../faults/faults.ts';
import type { RepositoryOptions } from '../repository/repository.ts';
import type { ServerOptions } from './server.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly faults: readonly string[] }
  | {
      readonly kind: 'serve';
      readonly repository: RepositoryOptions;
      readonly server: Omit<ServerOptions, 'repository'>;
      readonly replay: string | null;
    };

export const USAGE = `Usage: oai-sim [options]
An OAI-PMH repository that behaves like Zenodo. Prints its base URL on the first line of stdout.

  --size N            records (10000)
  --seed N            another seed, other records (1)
  --communities N     communities, each a set user-<slug> (60)
  --page-size N       records on a page (50)
  --token-life S      seconds a resumption token lives (120)
  --rate N            requests per minute for each user agent and address (no limit)
  --latency MIN-MAX   milliseconds before each answer (0)
  --tokens KIND       scroll (as Zenodo: a token works once) or stateless (scroll)
  --deleted KIND      no, transient or persistent (no)
  --granularity G     second or day (second)
  --scroll-limit N    lists open at once before everything fails (500)
  --faults JSON       a list of faults, or @FILE with one (none)
  --replay DIR        serve recorded list pages, or single oai_datacite documents, instead
  --gzip              compress for clients that ask for it
  --host HOST         (127.0.0.1)
  --port N            0 takes any free one (8100)
  --help

Faults: [{"fault":"http-503","at":{"page":20},"retryAfter":2,"times":2},{"fault":"cut-body","rate":0.001}]
${Object.entries(FAULTS)
  .map(([name, text]) => `  ${name.padEnd(20)}${text}`)
  .join('\n')}

Examples:
  oai-sim --size 100000 --rate 30 --latency 50-400
  oai-sim --faults '[{"fault":"token-expired","at":{"page":3}}]'`;

const OPTIONS = {
  size: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  communities: { type: 'string', default: '60' },
  'page-size': { type: 'string', default: '50' },
  'token-life': { type: 'string', default: '120' },
  rate: { type: 'string' },
  latency: { type: 'string', default: '0' },
  tokens: { type: 'string', default: 'scroll' },
  deleted: { type: 'string', default: 'no' },
  granularity: { type: 'string', default: 'second' },
  'scroll-limit': { type: 'string', default: '500' },
  faults: { type: 'string', default: '[]' },
  replay: { type: 'string' },
  gzip: { type: 'boolean', default: false },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8100' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads all options and names every fault in them. `readText` is asked for the file of `--faults @FILE`. */
export function parseCommandLine(argv: readonly string[], readText: (path: string) => string): Command {
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true }));
  } catch (error) {
    return { kind: 'wrong', faults: [(error as Error).message] };
  }
  if (values.help) return { kind: 'help' };
  const faults: string[] = [];
  const number = (name: keyof typeof values, min: number, max = Number.MAX_SAFE_INTEGER): number => {
    const value = Number(values[name]);
    if (!(value >= min && value <= max)) faults.push(`--${name} must be a number from ${min} to ${max}`);
    return value;
  };
  const choice = <T extends string>(name: keyof typeof values, choices: readonly T[]): T => {
    if (!choices.includes(values[name] as T)) faults.push(`--${name} must be one of ${choices.join(', ')}`);
    return values[name] as T;
  };
  const repository: RepositoryOptions = {
    size: number('size', 0, 20_000_000),
    seed: number('seed', 0),
    communities: number('communities', 1, 60_000),
    pageSize: number('page-size', 1, 10_000),
    tokenLifeMs: number('token-life', 0) * 1000,
    scrollLimit: number('scroll-limit', 1),
    tokens: choice('tokens', ['scroll', 'stateless']),
    deletedRecord: choice('deleted', ['no', 'transient', 'persistent']),
    granularity: choice('granularity', ['second', 'day']),
  };
  const server = {
    host: values.host,
    port: number('port', 0, 65_535),
    gzip: values.gzip,
    latencyMs: readLatency(values.latency, faults),
    faults: readFaults(values.faults, readText, faults),
    ...(values.rate === undefined ? {} : { ratePerMinute: number('rate', 1) }),
  };
  return faults.length > 0 ? { kind: 'wrong', faults } : { kind: 'serve', repository, server, replay: values.replay ?? null };
}

function readLatency(text: string, faults: string[]): { min: number; max: number } {
  const [, min = '', max = min] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (min === '' || Number(max) < Number(min)) faults.push('--latency must be milliseconds, as 200 or 50-400');
  return { min: Number(min), max: Number(max) };
}

function readFaults(text: string, readText: (path: string) => string, faults: string[]): Fault[] {
  try {
    return checkFaults(JSON.parse(text.startsWith('@') ? readText(text.slice(1)) : text));
  } catch (error) {
    faults.push(`--faults: ${(error as Error).message}`);
    return [];
  }
}
