import { recordPath } from './links.ts';
import type { RecordFacts } from './record-facts.ts';

/**
 * The related addresses of a record for programs: links as in RFC 8288, with the relations of signposting.org. `formats` are the names
 * of its export formats with their media types.
 */
export function signpostsOf(record: RecordFacts, origin: string, formats: readonly (readonly [string, string])[]): string[] {
  const self = `${origin}/api/records/${recordPath(record)}`;
  return [
    ...(record.doi === null ? [] : [`<https://doi.org/${encodeURI(record.doi)}>; rel="cite-as"`]),
    ...(record.conceptDoi === null ? [] : [`<${self}/versions/latest>; rel="latest-version"`, `<${self}/versions>; rel="version-history"`]),
    `<${self}/export/citation>; rel="describedby"; type="text/x-bibliography"`,
    ...formats.map(([name, mediaType]) => `<${self}/export/${name}>; rel="describedby"; type="${mediaType.split(';')[0]}"`),
  ];
}
