import { readList, writeList } from './stored-list.ts';

/** A record that somebody keeps in this browser. */
export interface SavedRecord {
  readonly oaiIdentifier: string;
  /** Path of its page. */
  readonly path: string;
  readonly title: string;
}

const KEY = 'thresher-records';
/** Their identifiers fit into one address. */
export const MOST_SAVED = 200;

/** The saved records, the last one first. */
export function readSavedRecords(storage: Pick<Storage, 'getItem'>): SavedRecord[] {
  return readList(storage, KEY, isSavedRecord);
}

function isSavedRecord(one: unknown): one is SavedRecord {
  const { oaiIdentifier, path, title } = (one ?? {}) as Partial<SavedRecord>;
  return typeof oaiIdentifier === 'string' && typeof title === 'string' && typeof path === 'string' && /^\/records\/[^/]/.test(path);
}

/** Keeps the list. False if the browser has no room for it. */
export function writeSavedRecords(storage: Pick<Storage, 'setItem'>, saved: readonly SavedRecord[]): boolean {
  return writeList(storage, KEY, saved);
}

const isSame = (a: SavedRecord, b: Pick<SavedRecord, 'oaiIdentifier' | 'path'>): boolean =>
  a.oaiIdentifier === b.oaiIdentifier && a.path === b.path;

export function isSavedIn(saved: readonly SavedRecord[], record: SavedRecord): boolean {
  return saved.some((one) => isSame(one, record));
}

/** The list with this record first, or without it if it was in it. A full list stays as it is: nothing is dropped silently. */
export function toggled(saved: readonly SavedRecord[], record: SavedRecord): readonly SavedRecord[] {
  if (isSavedIn(saved, record)) return saved.filter((one) => !isSame(one, record));
  return saved.length >= MOST_SAVED ? saved : [record, ...saved];
}

/** The saved records as a file. Earlier versions may be among them. */
export function savedExportPath(saved: readonly SavedRecord[], format: string): string {
  const ids = saved.map(({ oaiIdentifier }) => ['oai_identifier', oaiIdentifier]);
  return `/api/records/export?${new URLSearchParams([...ids, ['all_versions', 'true'], ['format', format]]).toString()}`;
}
