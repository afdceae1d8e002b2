import { normalizeDoi } from '@thresher/datacite';

/** What a person may call a record. */
export type RecordName =
  | { readonly kind: 'recid'; readonly recid: number }
  /** Lower case, without resolver. */
  | { readonly kind: 'doi'; readonly doi: string }
  | { readonly kind: 'oai'; readonly oaiIdentifier: string };

/** Proxies and path cleaners make one slash of two. */
const RECORD_URL = /^https?:\/{1,2}[^/]+\/(?:api\/)?records?\/(\d{1,15})(?:[/?#].*)?$/i;
const MERGED_SCHEME = /^(https?):\/(?!\/)/i;

/** Postgres takes no NUL, and no identifier has any of them. */
const CONTROL = /\p{Cc}/u;

/** Reads a record number, a DOI in any spelling, a record's URL or an OAI identifier. Null for anything else. */
export function readRecordName(text: string): RecordName | null {
  const name = text.trim();
  const recid = /^\d{1,15}$/.exec(name)?.[0] ?? RECORD_URL.exec(name)?.[1];
  if (recid !== undefined) return { kind: 'recid', recid: Number(recid) };
  if (/^oai:\S/i.test(name)) return CONTROL.test(name) ? null : { kind: 'oai', oaiIdentifier: name };
  const doi = normalizeDoi(name.replace(MERGED_SCHEME, '$1://'));
  return doi === null || CONTROL.test(doi) ? null : { kind: 'doi', doi };
}

/** Zenodo numbers a concept as its records, in its concept DOI. */
export function conceptDoiOf(name: RecordName): string | null {
  if (name.kind === 'doi') return name.doi;
  return name.kind === 'recid' ? `10.5281/zenodo.${name.recid}` : null;
}
