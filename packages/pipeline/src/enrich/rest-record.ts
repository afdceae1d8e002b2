import { type FilesAndStats, type RecordFile, type RecordStats, statNames, statsOf } from '@thresher/store';

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Postgres holds neither U+0000 nor half surrogate pairs. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.replaceAll('\u0000', '').toWellFormed() : null;
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : null;

/**
 * Files and statistics out of what `/api/records/{recid}` answered, in Zenodo's own shape or in InvenioRDM's. Null where
 * it is not that record. Pure.
 */
export function readRestRecord(json: unknown, recid: number): FilesAndStats | null {
  const id = isValues(json) ? json['id'] : null;
  if (!isValues(json) || (typeof id !== 'string' && typeof id !== 'number') || String(id) !== String(recid)) return null;
  return { files: readFiles(json['files'], json['links']), stats: readStats(json['stats']) };
}

function readFiles(files: unknown, links: unknown): readonly RecordFile[] | null {
  if (Array.isArray(files)) return files.filter(isValues).flatMap((file) => readFile(file, null));
  // InvenioRDM's: {enabled, entries: {key: {…}}}, each with its content below links.files.
  if (!isValues(files) || !isValues(files['entries'])) return null;
  const below = isValues(links) ? text(links['files']) : null;
  return Object.values(files['entries'])
    .filter(isValues)
    .flatMap((file) => readFile(file, below));
}

function readFile(file: Values, below: string | null): RecordFile[] {
  // Before 2023 Zenodo called it `filename`.
  const key = text(file['key']) ?? text(file['filename']);
  if (key === null) return [];
  const links = isValues(file['links']) ? file['links'] : {};
  const url = text(links['content']) ?? text(links['self']) ?? (below === null ? null : `${below}/${encodeURIComponent(key)}/content`);
  return [{ key, fileId: text(file['id']), size: count(file['size']), checksum: text(file['checksum']), url }];
}

function readStats(stats: unknown): RecordStats | null {
  if (!isValues(stats)) return null;
  const [all, version] = [stats['all_versions'], stats['this_version']];
  if (!isValues(all) || !isValues(version)) return statNames.some((name) => name in stats) ? statsOf((name) => count(stats[name])) : null;
  return statsOf((name) => {
    const from = name.startsWith('version_') ? version : all;
    return count(from[name.replace('version_', '').replace(/^volume$/, 'data_volume')]);
  });
}
