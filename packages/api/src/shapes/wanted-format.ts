import Negotiator from 'negotiator';
import { ApiProblem } from '../problems/problem.ts';
import { type CitationStyle, USUAL_STYLE } from '../citations/cite.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { RESULT_FORMATS, type ResultFormatName } from './result-formats.ts';
import { RDM_TYPE, type View } from './views.ts';

/** A formatted citation: it needs a style and a locale, and is not made for many. */
export const CITATION = { name: 'citation', mediaType: 'text/x-bibliography' } as const;

/** The formats in which one record can be requested. */
export type RecordFormat = View | ExportFormat | (typeof CITATION)['name'];

/** Other media types that Zenodo documents, or that programs for Zenodo send. */
const ALIASES: readonly (readonly [string, RecordFormat])[] = [
  ['application/vnd.zenodo.v1+json', 'json'],
  [RDM_TYPE, 'inveniordm'],
  ['application/x-datacite+xml', 'datacite-xml'],
  ['application/x-datacite-v41+xml', 'datacite-xml'],
  ['application/x-dc+xml', 'dublincore'],
  ['application/vnd.inveniordm.v1.full+csv', 'csv'],
  ['application/vnd.inveniordm.v1.simple+csv', 'csv'],
  ['application/x-cff+yaml', 'cff'],
  ['application/codemeta+json', 'codemeta'],
  ['application/vnd.schemaorg.ld+json', 'json-ld'],
  ['application/vnd.marc21+xml', 'marcxml'],
  ['application/geo+json', 'geojson'],
];

/** JSON is first, since it is the answer to `*` and to unknown types. */
const BY_MEDIA_TYPE: ReadonlyMap<string, RecordFormat> = new Map(
  Object.entries(EXPORT_FORMATS)
    .toReversed()
    .map(([name, { mediaType }]) => [mediaType.split(';')[0]!.trim(), name as RecordFormat] as const)
    .toSorted(([a], [b]) => Number(b === 'application/json') - Number(a === 'application/json'))
    .concat([[CITATION.mediaType, CITATION.name]])
    .concat(ALIASES.map(([mediaType, name]) => [mediaType, name])),
);

/** The format that `Accept` prefers. `format` in the query takes precedence. Throws an `ApiProblem` (406) if no type of `Accept` is available. */
export function wantedFormat(format: RecordFormat | undefined, accept: string | undefined): RecordFormat {
  return format ?? negotiated(accept, BY_MEDIA_TYPE, 'a record');
}

/** The best of the formats on offer; JSON if nothing is asked for. */
function negotiated<T extends RecordFormat>(accept: string | undefined, offered: ReadonlyMap<string, T>, what: string): T | 'json' {
  if (accept === undefined || !/[\w*]\/[\w*]/.test(accept) || BROWSER.test(accept)) return 'json';
  // Negotiator takes a parameter that is no quality, such as `charset`, `style` and `profile`, for a part of the media type.
  const plain = accept.replaceAll(/;\s*(?!q\s*=)[\w-]+\s*=\s*(?:"[^"]*"|[^;,]*)/gi, '');
  const mediaType = new Negotiator({ headers: { accept: plain } }).mediaType([...offered.keys()]);
  if (mediaType !== undefined) return offered.get(mediaType)!;
  throw new ApiProblem(
    406,
    'not-acceptable',
    `Accept asks for ${accept.slice(0, 200)}, which is no format of ${what}: use one of ${[...offered.keys()].join(', ')}`,
  );
}

/** The formats in which a page of a search can be requested. */
export type ListFormat = View | Exclude<ResultFormatName, 'jsonl' | 'flat'> | (typeof CITATION)['name'];

const LISTED: ReadonlySet<string> = new Set(['inveniordm', CITATION.name]);

/** The media types of a list: JSON first, which `*` means. The first name of a media type is used. */
const OF_LISTS: ReadonlyMap<string, ListFormat> = new Map(
  [...BY_MEDIA_TYPE].filter((pair): pair is [string, ListFormat] => LISTED.has(pair[1]) || Object.hasOwn(RESULT_FORMATS, pair[1])),
);

/** A browser names `application/xml` before the rest, and shows JSON better. */
const BROWSER = /text\/html.*\*\/\*/s;

/** The format of a page of a search: `format`, else the best that `Accept` asks for. Throws an `ApiProblem` (406) if there is none. */
export function wantedList(format: View | 'csv' | undefined, accept: string | undefined): ListFormat {
  return format ?? negotiated(accept, OF_LISTS, 'a list of records');
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
