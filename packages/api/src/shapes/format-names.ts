import { ApiProblem } from '../problems/problem.ts';
import { EXPORT_FORMATS } from './export-formats.ts';
import { VIEWS } from './views.ts';
import { CITATION, type RecordFormat } from './wanted-format.ts';

/** Names that Zenodo's export links had or have, next to those of `EXPORT_FORMATS`. */
const ALSO = {
  'csl-json': 'csl',
  dcat: 'dcat-ap',
  dcite: 'datacite-xml',
  dcite3: 'datacite-xml',
  dcite4: 'datacite-xml',
  hx: 'bibtex',
  marc21: 'marcxml',
  schemaorg: 'json-ld',
  schemaorg_jsonld: 'json-ld',
  xd: 'dublincore',
  xe: 'ris',
  xm: 'marcxml',
  oai_dc: 'dublincore',
} as const satisfies Readonly<Record<string, RecordFormat>>;

const NAMES: ReadonlyMap<string, RecordFormat> = new Map<string, RecordFormat>([
  ...([...Object.keys(VIEWS), ...Object.keys(EXPORT_FORMATS), CITATION.name] as RecordFormat[]).map((name) => [name, name] as const),
  ...Object.entries(ALSO),
]);

/** The names of this API, for its description. */
export const FORMAT_NAMES: readonly string[] = [...NAMES.keys()];

/** The format of that name, in any case (`DCAT-AP`). Throws an `ApiProblem` if there is none. */
export function readFormatName(name: string): RecordFormat {
  const format = NAMES.get(name.toLowerCase());
  if (format !== undefined) return format;
  throw new ApiProblem(400, 'wrong-parameter', `there is no format '${name.slice(0, 100)}': use one of ${FORMAT_NAMES.join(', ')}`, {
    parameter: 'format',
  });
}
