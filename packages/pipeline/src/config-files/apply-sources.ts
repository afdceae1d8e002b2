import { redactUrl } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { findSource, findSourceAt, listRuns, saveSource, type Source } from '@thresher/store/harvest';
import type { SourceEntry } from './source-list.ts';
import { settingsOf, type SourceSettings } from '../sources/sources.ts';

/** A source cannot be as it is described. */
export interface SourceConflict {
  readonly name: string;
  readonly message: string;
}

export interface AppliedSource {
  readonly source: Source;
  readonly action: 'added' | 'changed' | 'unchanged';
}

/** What stands in the way of these sources in this database: all of it, before anything is written. */
export async function sourceConflicts(db: Db, entries: readonly SourceEntry[]): Promise<SourceConflict[]> {
  const found = await Promise.all(entries.map((entry) => conflictOf(db, entry)));
  return found.flatMap((message, i) => (message === null ? [] : [{ name: entries[i]!.name, message }]));
}

async function conflictOf(db: Db, { name, baseURL, metadataPrefix }: SourceEntry): Promise<string | null> {
  const same = await findSourceAt(db, baseURL, metadataPrefix);
  if (same !== undefined && same.name !== name) return `${redactUrl(baseURL)} with ${metadataPrefix} is the source ${same.name} already`;
  const known = await findNamed(db, name);
  if (known === undefined || (known.base_url === baseURL && known.metadata_prefix === metadataPrefix)) return null;
  const [run] = await listRuns(db, known.id, 1);
  return run === undefined
    ? null
    : `${name} was harvested from ${redactUrl(known.base_url)} with ${known.metadata_prefix}: give the other endpoint its own name, or remove ${name} first`;
}

async function findNamed(db: Db, name: string): Promise<Source | undefined> {
  const found = await findSource(db, name);
  return found?.name === name ? found : undefined;
}

/** The settings a list of sources speaks of; null for what it leaves out, which is to be removed. */
function listedSettings(entry: SourceEntry): Record<string, unknown> {
  const { ratePerMinute, concurrency, overlapSeconds, membershipEverySeconds, enrichEverySeconds, schedules } = entry;
  const listed = {
    ratePerMinute,
    concurrency,
    overlapSeconds,
    membershipEverySeconds,
    enrichEverySeconds,
    schedules: Object.keys(schedules).length === 0 ? null : schedules,
  };
  return Object.fromEntries(Object.entries(listed).map(([key, value]) => [key, value ?? null]));
}

/** The settings of a source once a list is applied: what `probe` found out stays. */
export function settingsFrom(entry: SourceEntry, before: SourceSettings): SourceSettings {
  const merged = Object.entries({ ...before, ...listedSettings(entry) }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(merged);
}

/** Adds a source, or makes it what the entry says. The queue learns of its schedules by `applySchedulesOfSources`. */
export async function applySource(db: Db, entry: SourceEntry): Promise<AppliedSource> {
  const known = await findNamed(db, entry.name);
  const settings = settingsFrom(entry, known === undefined ? {} : settingsOf(known));
  const wanted = {
    name: entry.name,
    base_url: entry.baseURL,
    metadata_prefix: entry.metadataPrefix,
    set_specs: [...entry.sets],
    settings: { ...settings },
  };
  if (known !== undefined && isSame(known, wanted)) return { source: known, action: 'unchanged' };
  return {
    source: await saveSource(db, { ...wanted, settings: listedSettings(entry) }),
    action: known === undefined ? 'added' : 'changed',
  };
}

type Wanted = Pick<Source, 'name' | 'base_url' | 'metadata_prefix' | 'set_specs' | 'settings'>;

const isSame = (known: Source, wanted: Wanted): boolean => comparable(known) === comparable(wanted);
const comparable = ({ name, base_url, metadata_prefix, set_specs, settings }: Wanted): string =>
  JSON.stringify([name, base_url, metadata_prefix, set_specs, sorted(settings)]);

/** jsonb hands keys back in its own order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
