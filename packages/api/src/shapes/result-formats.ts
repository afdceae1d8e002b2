import {
  DCAT_LIST,
  dcatDescription,
  toBibtex,
  toCslJson,
  toDataciteJson,
  toDataciteXml,
  toGeoJson,
  toMarcXml,
  toOaiDc,
  toRis,
  toSchemaOrg,
} from '@thresher/datacite';
import { csvHead, toCsvLine } from './csv.ts';
import type { ExportableRecord } from './record-facts.ts';
import { toFlatRecord } from './to-flat-record.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

/** How a list of records is written, record by record: whole only with its end, where the format has one. */
export interface ResultFormat {
  readonly mediaType: string;
  /** Of a file's name. */
  readonly extension: string;
  readonly begin: string;
  /** Between two records. */
  readonly between: string;
  /** @param written how many records there were */
  readonly end: (written: number) => string;
  /** `origin` is where this API is reached. */
  readonly render: (record: ExportableRecord, origin: string) => string;
}

type Render = ResultFormat['render'];

const list = (mediaType: string, extension: string, render: (record: ExportableRecord, origin: string) => unknown): ResultFormat => ({
  mediaType,
  extension,
  begin: '[\n',
  between: ',\n',
  end: () => '\n]\n',
  render: (record, origin) => JSON.stringify(render(record, origin)),
});

const text = (mediaType: string, extension: string, render: Render, begin = ''): ResultFormat => ({
  mediaType,
  extension,
  begin,
  between: '',
  end: () => '',
  render,
});

/** Documents of a kind inside one element; `namespace` is that of the element. */
const xml = (element: string, namespace: string | null, mediaType: string, render: Render): ResultFormat => ({
  mediaType,
  extension: 'xml',
  begin: `<?xml version="1.0" encoding="UTF-8"?>\n<${element}${namespace === null ? '' : ` xmlns="${namespace}"`}>\n`,
  between: '\n',
  end: () => `\n</${element}>\n`,
  render: (record, origin) => render(record, origin).replace(/^<\?xml[^>]*\?>\s*/, ''),
});

/** The formats of `/api/records/export`, by the names of `/api/records/{id}/export`. */
export const RESULT_FORMATS = {
  json: {
    mediaType: 'application/json',
    extension: 'json',
    begin: '{"hits":{"hits":[\n',
    between: ',\n',
    end: (written) => `\n],"total":${written}}}\n`,
    render: (record, origin) => JSON.stringify(toZenodoRecord(record, origin)),
  },
  jsonl: text('application/x-ndjson', 'jsonl', (record, origin) => `${JSON.stringify(toZenodoRecord(record, origin))}\n`),
  flat: text('application/x-ndjson', 'jsonl', (record, origin) => `${JSON.stringify(toFlatRecord(record, undefined, origin))}\n`),
  csv: text('text/csv', 'csv', toCsvLine, csvHead),
  bibtex: text('application/x-bibtex', 'bib', ({ metadata }) => `${toBibtex(metadata)}\n`),
  ris: text('application/x-research-info-systems', 'ris', ({ metadata }) => `${toRis(metadata)}\r\n`),
  csl: list('application/vnd.citationstyles.csl+json', 'json', ({ metadata }) => toCslJson(metadata)),
  'datacite-json': list('application/vnd.datacite.datacite+json', 'json', ({ metadata }) => toDataciteJson(metadata)),
  'datacite-xml': xml('resources', null, 'application/vnd.datacite.datacite+xml', ({ metadata }) => toDataciteXml(metadata)),
  dublincore: xml('records', null, 'application/xml', ({ metadata }) => toOaiDc(metadata)),
  'dcat-ap': {
    mediaType: 'application/dcat+xml',
    extension: 'rdf',
    begin: `<?xml version="1.0" encoding="UTF-8"?>\n${DCAT_LIST.begin}\n`,
    between: '\n',
    end: () => `\n${DCAT_LIST.end}\n`,
    render: ({ metadata, fetched }) => dcatDescription(metadata, fetched?.files ?? null),
  },
  geojson: list('application/vnd.geo+json', 'geojson', ({ metadata }) => toGeoJson(metadata)),
  marcxml: xml('collection', 'http://www.loc.gov/MARC21/slim', 'application/marcxml+xml', ({ metadata }) => toMarcXml(metadata)),
  'json-ld': list('application/ld+json', 'jsonld', ({ metadata }) => toSchemaOrg(metadata)),
} as const satisfies Readonly<Record<string, ResultFormat>>;

export type ResultFormatName = keyof typeof RESULT_FORMATS;
