import { EXPORT_FORMATS } from './export-formats.ts';
import { recordPath } from './links.ts';
import type { RecordFacts } from './record-facts.ts';

/** Where else to go from a record, for programs, as a `Link` header (RFC 8288): signposting.org says what each is for. */
export function signposts(record: RecordFacts, origin: string): string {
  const self = `${origin}/api/records/${recordPath(record)}`;
  const links = [
    ...(record.doi === null ? [] : [`<https://doi.org/${encodeURI(record.doi)}>; rel="cite-as"`]),
    ...(record.conceptDoi === null ? [] : [`<${self}/versions/latest>; rel="latest-version"`, `<${self}/versions>; rel="version-history"`]),
    `<${self}/export/citation>; rel="describedby"; type="text/x-bibliography"`,
    ...Object.entries(EXPORT_FORMATS).map(
      ([name, { mediaType }]) => `<${self}/export/${name}>; rel="describedby"; type="${mediaType.split(';')[0]}"`,
    ),
  ];
  return links.join(', ');
}
