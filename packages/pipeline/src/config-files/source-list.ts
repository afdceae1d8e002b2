import { baseUrlOf } from '@thresher/oai';
import { isMap, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { checkKeys, isValues, matching, type Path, reader, type Report } from './list-faults.ts';
import { scheduleFault, scheduleKinds, type Schedules } from '../sources/schedule.ts';
import { SOURCE_NAME } from '../sources/sources.ts';
import { readWebhooks, type WebhookEntry } from './webhook-list.ts';

/** A source as `sources.yaml` describes it. */
export interface SourceEntry {
  readonly name: string;
  readonly baseURL: string;
  readonly metadataPrefix: string;
  readonly sets: readonly string[];
  readonly ratePerMinute: number | null;
  readonly concurrency: number | null;
  readonly overlapSeconds: number | null;
  readonly membershipEverySeconds: number | null;
  readonly enrichEverySeconds: number | null;
  readonly schedules: Schedules;
}

/** Something wrong in a list of sources, and where. Line and column count from 1. */
export interface SourceFault {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface SourceList {
  /** Only of use if there are no faults. */
  readonly sources: readonly SourceEntry[];
  readonly webhooks: readonly WebhookEntry[];
  readonly faults: readonly SourceFault[];
}

/**
 * Reads `sources.yaml`: a map with `sources` and `webhooks`, lists of maps, either of which may be left out. Every fault is reported, those of the YAML itself first.
 * Pure.
 */
export function readSourceList(text: string): SourceList {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults: SourceFault[] = document.errors.map((error) =>
    fault('', lines, error.pos[0], error.message.split('\n')[0]!.replace(/ at line .*$/, '')),
  );
  if (faults.length > 0) return { sources: [], webhooks: [], faults };
  const report: Report = (path, message) => void faults.push(fault(pathText(path), lines, offsetOf(document, path), message));
  const root: unknown = document.toJS();
  const sources = readEntries(root, report);
  const webhooks = isValues(root) ? readWebhooks(root['webhooks'], ['webhooks'], report) : [];
  return { sources, webhooks, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function fault(path: string, lines: LineCounter, offset: number, message: string): SourceFault {
  const { line, col } = lines.linePos(offset);
  return { path, line, column: col, message };
}

const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text && '.'}${step}`), '');

/** Where a value stands; where it is missing, what it is missing from. A key stands for its value. */
function offsetOf(document: Document, path: Path): number {
  if (path.length === 0) return 0;
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === path.at(-1)) : undefined;
  const node = (pair?.key ?? (isSeq(parent) ? parent.items[Number(path.at(-1))] : undefined)) as
    | { range?: [number, number, number] }
    | undefined;
  return node?.range?.[0] ?? offsetOf(document, path.slice(0, -1));
}

function readEntries(root: unknown, report: Report): SourceEntry[] {
  const given = isValues(root) ? (root['sources'] ?? (root['webhooks'] === undefined ? null : [])) : null;
  if (!isValues(root) || !Array.isArray(given)) {
    report([], 'a list of sources is needed: sources: [{name: …, baseURL: …}]');
    return [];
  }
  checkKeys(root, ['sources', 'webhooks'], [], report);
  const entries = (given as unknown[]).flatMap((value, i) => readEntry(value, ['sources', i], report));
  for (const key of ['name', 'baseURL'] as const) reportTwins(entries, key, report);
  return entries.map(({ entry }) => entry);
}

interface Placed {
  readonly entry: SourceEntry;
  readonly path: Path;
}

function reportTwins(entries: readonly Placed[], key: 'name' | 'baseURL', report: Report): void {
  const seen = new Set<string>();
  for (const { entry, path } of entries) {
    const id = key === 'name' ? entry.name : `${entry.baseURL} ${entry.metadataPrefix}`;
    if (id !== '' && seen.has(id))
      report(
        [...path, key],
        key === 'name' ? `another source is called ${entry.name} too` : `another source has this baseURL and metadataPrefix too`,
      );
    seen.add(id);
  }
}

const keys = ['name', 'baseURL', 'metadataPrefix', 'sets', 'rate', 'concurrency', 'overlap', 'membershipEvery', 'enrichEvery', 'schedules'];

function readEntry(value: unknown, path: Path, report: Report): Placed[] {
  if (!isValues(value)) {
    report(path, 'a source is a map: {name: …, baseURL: …}');
    return [];
  }
  checkKeys(value, keys, path, report);
  const read = reader(value, path, report);
  for (const key of ['name', 'baseURL'])
    if (value[key] === undefined || value[key] === null) report([...path, key], `a source needs a ${key}`);
  const entry: SourceEntry = {
    name: read('name', matching(SOURCE_NAME), 'a name: letters, digits, dots, hyphens and underscores', ''),
    baseURL: read('baseURL', parseUrl, 'the http or https URL of an OAI-PMH endpoint', ''),
    metadataPrefix: read('metadataPrefix', matching(/^[\w.!~*'()-]+$/), 'a metadataPrefix', 'oai_datacite'),
    sets: read('sets', parseSets, 'a list of setSpecs', []),
    ratePerMinute: read<number | null>('rate', parseRate, 'requests per minute above 0, such as 30 or 30/min', null),
    concurrency: read<number | null>(
      'concurrency',
      (given) => (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= 64 ? (given as number) : undefined),
      'a whole number from 1 to 64',
      null,
    ),
    overlapSeconds: read<number | null>('overlap', parseDuration, 'a duration such as 2h, 90m or 1d', null),
    membershipEverySeconds: read<number | null>('membershipEvery', parseDuration, 'a duration such as 1d', null),
    enrichEverySeconds: read<number | null>('enrichEvery', parseDuration, 'a duration such as 30d', null),
    schedules: readSchedules(value['schedules'], [...path, 'schedules'], report),
  };
  return [{ entry, path }];
}

function parseUrl(given: unknown): string | undefined {
  try {
    return typeof given === 'string' ? baseUrlOf(given) : undefined;
  } catch {
    return undefined;
  }
}

/** setSpec as OAI-PMH 2.0 has it: unreserved characters, parts divided by colons. */
const setSpecForm = /^[\w.!~*'()-]+(:[\w.!~*'()-]+)*$/;

function parseSets(given: unknown): string[] | undefined {
  const isSet = (one: unknown): one is string => typeof one === 'string' && setSpecForm.test(one);
  return Array.isArray(given) && given.every(isSet) ? [...new Set(given)] : undefined;
}

function parseRate(given: unknown): number | undefined {
  const rate =
    typeof given === 'number' ? given : typeof given === 'string' ? Number(/^([\d.]+)(\/min)?$/.exec(given.trim())?.[1]) : Number.NaN;
  return rate > 0 && Number.isFinite(rate) ? rate : undefined;
}

const units = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** A duration in seconds: `2h`, `90m`, `1d`, or a number of seconds; undefined if it is none. */
export function parseDuration(given: unknown): number | undefined {
  if (typeof given === 'number') return given >= 0 && Number.isFinite(given) ? given : undefined;
  const [, amount, unit = 's'] = (typeof given === 'string' && /^(\d+)\s*([smhdw])?$/.exec(given.trim())) || [];
  return amount === undefined ? undefined : Number(amount) * units[unit as keyof typeof units];
}

function readSchedules(value: unknown, path: Path, report: Report): Schedules {
  if (value === undefined || value === null) return {};
  if (!isValues(value)) {
    report(path, 'schedules are a map: {incremental: {cron: "17 * * * *", timeZone: UTC}}');
    return {};
  }
  checkKeys(value, scheduleKinds, path, report);
  return Object.fromEntries(
    scheduleKinds.flatMap((kind) => {
      const schedule = value[kind] === undefined ? null : readSchedule(value[kind], [...path, kind], report);
      return schedule === null ? [] : [[kind, schedule]];
    }),
  );
}

function readSchedule(value: unknown, path: Path, report: Report): { cron: string; timeZone: string } | null {
  const given = typeof value === 'string' ? { cron: value } : value;
  if (!isValues(given) || typeof given['cron'] !== 'string' || (given['timeZone'] !== undefined && typeof given['timeZone'] !== 'string')) {
    report(path, 'a schedule is a cron expression, or {cron: "17 * * * *", timeZone: Europe/Zurich}');
    return null;
  }
  checkKeys(given, ['cron', 'timeZone'], path, report);
  const schedule = { cron: given['cron'], timeZone: given['timeZone'] ?? 'UTC' };
  const wrong = scheduleFault(schedule);
  if (wrong === null) return schedule;
  report(
    [...path, typeof value === 'string' ? '' : /time zone/.test(wrong) ? 'timeZone' : 'cron'].filter((step) => step !== ''),
    wrong,
  );
  return null;
}
