import Negotiator from 'negotiator';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import type { View } from './views.ts';

/** What a record may be asked for as. */
export type RecordFormat = View | ExportFormat;

/** JSON is first, as it is what `*` and what nobody has mean. */
const BY_MEDIA_TYPE: ReadonlyMap<string, RecordFormat> = new Map(
  Object.entries(EXPORT_FORMATS)
    .toReversed()
    .map(([name, { mediaType }]) => [mediaType.split(';')[0]!.trim(), name as RecordFormat] as const)
    .toSorted(([a], [b]) => Number(b === 'application/json') - Number(a === 'application/json')),
);

/** The format that `Accept` asks for: the best that there is, JSON where none of it is. `format` in the query goes first. */
export function wantedFormat(format: RecordFormat | undefined, accept: string | undefined): RecordFormat {
  if (format !== undefined) return format;
  if (accept === undefined) return 'json';
  const mediaType = new Negotiator({ headers: { accept } }).mediaType([...BY_MEDIA_TYPE.keys()]);
  const found = mediaType === undefined ? 'json' : (BY_MEDIA_TYPE.get(mediaType) ?? 'json');
  return mediaType === 'application/json' ? 'json' : found;
}
