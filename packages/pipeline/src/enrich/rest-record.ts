import { isRdmRecord, type RdmCounts, type RdmFacts, readFacts } from '@thresher/datacite';
import { type FilesAndStats, type RecordFile, type RecordStats, statsOf } from '@thresher/store/read';
import { statNames } from '@thresher/store/write';

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Postgres holds neither U+0000 nor half surrogate pairs. */
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.replaceAll('\u0000', '').toWellFormed() : null;
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : null;

/** Files and statistics, and all else that InvenioRDM's JSON says; Zenodo's legacy JSON has no `facts`. */
export interface RestRecord extends FilesAndStats {
  readonly facts?: RdmFacts;
}

/**
 * The record out of what `/api/records/{id}` answered, in InvenioRDM's shape, which is read as a JSON dump is, or in Zenodo's
 * legacy shape. Null if it is not that record. Pure.
 *
 * @param localId its id at the source: `1234`, or `2g0v8-2f254`
 */
export function readRestRecord(json: unknown, localId: string | number): RestRecord | null {
  const id = isValues(json) ? json['id'] : null;
  if (!isValues(json) || (typeof id !== 'string' && typeof id !== 'number') || String(id) !== String(localId)) return null;
  if (!isRdmRecord(json)) return { files: readFiles(json['files']), stats: readStats(json['stats']) };
  const facts = readFacts(json);
  return { facts, files: facts.files, stats: facts.stats && flatStats(facts.stats.allVersions, facts.stats.thisVersion) };
}

function readFiles(files: unknown): readonly RecordFile[] | null {
  return Array.isArray(files) ? files.filter(isValues).flatMap(readFile) : null;
}

/** Before 2023 Zenodo wrote `filename`, `filesize`, a bare MD5 and `links.download`. */
function readFile(file: Values): RecordFile[] {
  const key = text(file['key']) ?? text(file['filename']);
  if (key === null) return [];
  const links = isValues(file['links']) ? file['links'] : {};
  const checksum = text(file['checksum']);
  return [
    {
      key,
      fileId: text(file['id']),
      size: count(file['size']) ?? count(file['filesize']),
      checksum: checksum !== null && /^[\da-f]{32}$/i.test(checksum) ? `md5:${checksum}` : checksum,
      url: text(links['content']) ?? text(links['download']) ?? text(links['self']),
    },
  ];
}

function readStats(stats: unknown): RecordStats | null {
  return isValues(stats) && statNames.some((name) => name in stats) ? statsOf((name) => count(stats[name])) : null;
}

function flatStats(all: RdmCounts, version: RdmCounts): RecordStats {
  return statsOf((name) => {
    const { views, downloads, volume, ...unique } = name.startsWith('version_') ? version : all;
    const counts = { views, downloads, volume, unique_views: unique.uniqueViews, unique_downloads: unique.uniqueDownloads };
    return counts[name.replace('version_', '') as keyof typeof counts];
  });
}
