import Negotiator from 'negotiator';
import { type CitationStyle, USUAL_STYLE } from '../citations/cite.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { RDM_TYPE, type View } from './views.ts';

/** A formatted citation: it needs a style and a locale, and is not made for many. */
export const CITATION = { name: 'citation', mediaType: 'text/x-bibliography' } as const;

/** What a record may be asked for as. */
export type RecordFormat = View | ExportFormat | (typeof CITATION)['name'];

/** What Zenodo's documentation, and programs written by it, call them too. */
const ALIASES: readonly (readonly [string, RecordFormat])[] = [
  ['application/vnd.zenodo.v1+json', 'json'],
  [RDM_TYPE, 'inveniordm'],
  ['application/x-datacite+xml', 'datacite-xml'],
  ['application/x-datacite-v41+xml', 'datacite-xml'],
  ['application/x-dc+xml', 'dublincore'],
];

/** JSON is first, as it is what `*` and what nobody has mean. */
const BY_MEDIA_TYPE: ReadonlyMap<string, RecordFormat> = new Map(
  Object.entries(EXPORT_FORMATS)
    .toReversed()
    .map(([name, { mediaType }]) => [mediaType.split(';')[0]!.trim(), name as RecordFormat] as const)
    .toSorted(([a], [b]) => Number(b === 'application/json') - Number(a === 'application/json'))
    .concat([[CITATION.mediaType, CITATION.name]])
    .concat(ALIASES.map(([mediaType, name]) => [mediaType, name])),
);

/** The format that `Accept` asks for: the best that there is, JSON where none of it is. `format` in the query goes first. */
export function wantedFormat(format: RecordFormat | undefined, accept: string | undefined): RecordFormat {
  if (format !== undefined) return format;
  if (accept === undefined) return 'json';
  // A parameter that is no quality would have to be on offer.
  const plain = accept.replaceAll(/;\s*(?:style|locale)\s*=\s*(?:"[^"]*"|[^;,]*)/gi, '');
  const mediaType = new Negotiator({ headers: { accept: plain } }).mediaType([...BY_MEDIA_TYPE.keys()]);
  const found = mediaType === undefined ? 'json' : (BY_MEDIA_TYPE.get(mediaType) ?? 'json');
  return mediaType === 'application/json' ? 'json' : found;
}

/** The view that a list of records is asked for as: lists are JSON. */
export function wantedView(format: View | undefined, accept: string | undefined): View {
  return format ?? (wantedFormat(undefined, accept) === 'inveniordm' ? 'inveniordm' : 'json');
}

/** Style and locale of a citation: of the query, else of `Accept: text/x-bibliography; style=apa; locale=fr-FR`, as DataCite takes them. */
export function wantedCitation(query: { readonly style?: string; readonly locale?: string }, accept = ''): CitationStyle {
  const [, parameters = ''] = /text\/x-bibliography([^,]*)/i.exec(accept) ?? [];
  const of = (name: string): string | undefined => new RegExp(`;\\s*${name}\\s*=\\s*"?([^;"\\s]+)`, 'i').exec(parameters)?.[1];
  return {
    style: query.style ?? of('style') ?? USUAL_STYLE.style,
    locale: query.locale ?? of('locale') ?? USUAL_STYLE.locale,
  };
}
