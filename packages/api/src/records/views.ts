import type { VersionPlace } from '@thresher/store';
import { toExtract, toFlatRecord } from './to-flat-record.ts';
import { type RecordFacts, toZenodoRecord } from './to-zenodo-record.ts';

/** Shapes of a record in JSON, by what `format` calls them. */
export const VIEWS = {
  json: (record: RecordFacts, origin: string, _place?: VersionPlace): object => toZenodoRecord(record, origin),
  flat: (record: RecordFacts, origin: string, place?: VersionPlace): object => toFlatRecord(record, place, origin),
  extract: (record: RecordFacts, origin: string, _place?: VersionPlace): object => toExtract(record, origin),
} as const;

export type View = keyof typeof VIEWS;

export function isView(name: string): name is View {
  return Object.hasOwn(VIEWS, name);
}
