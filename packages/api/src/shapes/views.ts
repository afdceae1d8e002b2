import type { VersionPlace } from '@thresher/store/read';
import { toExtract, toFlatRecord } from './to-flat-record.ts';
import { toRdmRecord } from './to-rdm-record.ts';
import type { RecordFacts } from './record-facts.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

/** The JSON forms of a record, by the value of `format`. */
export const VIEWS = {
  json: (record: RecordFacts, origin: string, place?: VersionPlace): object => toZenodoRecord(record, origin, place),
  flat: (record: RecordFacts, origin: string, place?: VersionPlace): object => toFlatRecord(record, place, origin),
  extract: (record: RecordFacts, origin: string, _place?: VersionPlace): object => toExtract(record, origin),
  inveniordm: (record: RecordFacts, origin: string, place?: VersionPlace): object => toRdmRecord(record, place, origin),
} as const;

/** InvenioRDM's own form has its own media type. */
export const RDM_TYPE = 'application/vnd.inveniordm.v1+json';

/** The forms that state the place of a record among its versions. */
export const NEEDS_PLACE: ReadonlySet<string> = new Set<View>(['json', 'flat', 'inveniordm']);

export type View = keyof typeof VIEWS;

export function isView(name: string): name is View {
  return Object.hasOwn(VIEWS, name);
}
