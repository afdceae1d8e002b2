import type { DumpFormat } from './exporter-listing.ts';

/** What importing a dump would take. */
export interface DumpEstimate {
  /** Bytes to download; 0 for a file that is here. */
  readonly download: number;
  readonly records: number;
  /** Of mapping and writing; a download that is slower decides instead. */
  readonly seconds: number;
  /** Bytes on disk when all is stored. */
  readonly disk: { readonly postgres: number; readonly elasticsearch: number; readonly kept: number };
}

/**
 * Bytes of a packed dump for each record, of Zenodo's in September 2026: 12.85 GB of JSON and 6.24 GB of XML for 7.76 million records. Bytes in
 * PostgreSQL (pages included) and Elasticsearch: docs/storage.md; what only JSON brings takes 4 kB per record more. Records per second on one core: docs/performance.md.
 */
const figures = {
  json: { packed: 1_656, postgres: 12_800, elasticsearch: 2_000, perSecond: 330 },
  xml: { packed: 804, postgres: 8_844, elasticsearch: 1_777, perSecond: 380 },
} as const;

/**
 * Estimates from the size of a dump. Pure.
 *
 * @param size bytes, packed
 * @param cores that transform pages
 */
export function estimateDump(
  size: number,
  format: DumpFormat,
  how: { cores: number; isHere: boolean; isKept: boolean; search: boolean },
): DumpEstimate {
  const { packed, postgres, elasticsearch, perSecond } = figures[format];
  const records = Math.round(size / packed);
  return {
    download: how.isHere ? 0 : size,
    records,
    seconds: records / (perSecond * how.cores),
    disk: { postgres: records * postgres, elasticsearch: how.search ? records * elasticsearch : 0, kept: how.isKept ? size : 0 },
  };
}
