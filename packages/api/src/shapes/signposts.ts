import { type RecordMetadata, toSchemaOrg } from '@thresher/datacite';
import { recordPath } from './links.ts';
import { mimeTypeOf } from './mime-type.ts';
import type { RecordFacts } from './record-facts.ts';

/** One link as RFC 8288 has it. */
export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
}

/**
 * The related addresses of a record for programs: links as in RFC 8288, with the relations of signposting.org. `formats` are the names
 * of its export formats with their media types.
 */
export function signpostsOf(record: RecordFacts, origin: string, formats: readonly (readonly [string, string])[]): Link[] {
  const self = `${origin}/api/records/${recordPath(record)}`;
  return [
    ...(record.doi === null ? [] : [citeAs(record.doi)]),
    ...(record.conceptDoi === null
      ? []
      : [
          { href: `${self}/versions/latest`, rel: 'latest-version' },
          { href: `${self}/versions`, rel: 'version-history' },
        ]),
    { href: `${self}/export/citation`, rel: 'describedby', type: 'text/x-bibliography' },
    ...formats.map(([name, mediaType]) => ({ href: `${self}/export/${name}`, rel: 'describedby', type: mediaType.split(';')[0]! })),
  ];
}

/** What a landing page adds to the links of a record. */
export interface Landing {
  readonly metadata: RecordMetadata;
  readonly files: readonly { readonly key: string; readonly links: { readonly self?: string } }[];
}

/** Proxies refuse long headers: if there are more authors or files, only the linkset has the rest. */
export const MOST_OF_A_KIND = 20;

/** Types, authors, licences and files of a record: with `signpostsOf`, level 1 of FAIR Signposting. `most` of each. */
export function landingSignposts({ metadata, files }: Landing, most = Infinity): Link[] {
  const { '@type': type, license = [] } = toSchemaOrg(metadata) as { '@type': string; license?: readonly string[] };
  const authors = new Set(metadata.creators.flatMap(({ orcid }) => (orcid === null ? [] : [`https://orcid.org/${orcid}`])));
  const items = files.flatMap(({ key, links: { self: href } }) =>
    href === undefined ? [] : [{ href, rel: 'item', type: mimeTypeOf(key) }],
  );
  return [
    { href: 'https://schema.org/AboutPage', rel: 'type' },
    { href: `https://schema.org/${type}`, rel: 'type' },
    ...[...authors].slice(0, most).map((href) => ({ href, rel: 'author' })),
    ...license.filter((one) => /^https?:/.test(one)).map((href) => ({ href, rel: 'license' })),
    ...items.slice(0, most),
  ];
}

/** A link as it stands in a `Link` header; null if its address is none, as depositors write what they like. */
export function writeLink({ href, rel, type }: Link): string | null {
  const address = URL.parse(href)?.href;
  return address === undefined ? null : `<${address}>; rel="${rel}"${type === undefined ? '' : `; type="${type}"`}`;
}

function citeAs(doi: string): Link {
  return { href: `https://doi.org/${encodeURI(doi)}`, rel: 'cite-as' };
}
