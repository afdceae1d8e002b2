import type { RecordFile } from '@thresher/store/read';
import type { RecordFacts } from './record-facts.ts';

/** The name of a record in paths of this API: its number if no other record has it, else `source:number` or its OAI identifier. */
export function recordPath({ uniqueName }: Pick<RecordFacts, 'uniqueName'>): string {
  return encodeURIComponent(uniqueName).replaceAll('%3A', ':');
}

type Linked = Pick<RecordFacts, 'recid' | 'oaiIdentifier' | 'uniqueName' | 'doi' | 'conceptDoi'>;

/**
 * The links of a record, by Zenodo's names; `source` is its page at the repository it came from. Images, media files and
 * archives are there: those links leave this API. Links to what needs a login lead to the answer that says so.
 */
export function recordLinks(record: Linked, origin: string): Record<string, string> {
  const path = recordPath(record);
  const self = `${origin}/api/records/${path}`;
  const html = `${origin}/records/${path}`;
  const source = sourcePage(record);
  return {
    self,
    html,
    self_html: html,
    preview_html: `${html}?preview=1`,
    ...doiLinks(record, origin),
    ...conceptLinks(record, origin),
    ...atSource(record, self),
    files: `${self}/files`,
    latest: `${self}/versions/latest`,
    latest_html: `${html}/latest`,
    versions: `${self}/versions`,
    communities: `${self}/communities`,
    ...loginLinks(self),
    ...(source && { source }),
  };
}

/** Where the repository has the content of a file, or the list of what is in an archive file; null if it is not known. */
export function urlAtSource({ url }: RecordFile, what: 'content' | 'container'): URL | null {
  if (url === null || (what === 'container' && !url.endsWith('/content'))) return null;
  const there = URL.parse(url.replace(/\/content$/, `/${what}`));
  return there !== null && /^https?:$/.test(there.protocol) ? there : null;
}

/** The links of a file, by InvenioRDM's names; `files` is the address of the record's list. */
export function fileLinks(file: RecordFile, files: string): Record<string, string> {
  const self = `${files}/${encodeURIComponent(file.key)}`;
  return { self, ...(urlAtSource(file, 'content') !== null && { content: `${self}/content` }) };
}

function doiLinks({ doi }: Linked, origin: string): Record<string, string> {
  if (doi === null) return {};
  const url = `https://doi.org/${doi}`;
  return { doi: url, self_doi: url, self_doi_html: `${origin}/doi/${encodeURI(doi)}` };
}

function conceptLinks({ conceptDoi }: Linked, origin: string): Record<string, string> {
  if (conceptDoi === null) return {};
  const number = /\/zenodo\.(\d+)$/.exec(conceptDoi)?.[1];
  return {
    ...(number !== undefined && { parent: `${origin}/api/records/${number}`, parent_html: `${origin}/records/${number}` }),
    parent_doi: `https://doi.org/${conceptDoi}`,
    parent_doi_html: `${origin}/doi/${encodeURI(conceptDoi)}`,
  };
}

/** Links to what only the repository has, where its address is known: that of Zenodo's records. */
function atSource(record: Linked, self: string): Record<string, string> {
  const [, host, number] = ZENODO.exec(record.oaiIdentifier) ?? [];
  if (host === undefined) return {};
  const api = `https://${host}/api`;
  return {
    archive: `${self}/files-archive`,
    self_iiif_manifest: `${api}/iiif/record:${number}/manifest`,
    self_iiif_sequence: `${api}/iiif/record:${number}/sequence/default`,
    media_files: `${api}/records/${number}/media-files`,
    archive_media: `${api}/records/${number}/media-files-archive`,
  };
}

const LOGIN = {
  draft: 'draft',
  reserve_doi: 'draft/pids/doi',
  access: 'access',
  access_links: 'access/links',
  access_grants: 'access/grants',
  access_users: 'access/users',
  access_groups: 'access/groups',
  access_request: 'access/request',
  'communities-suggestions': 'communities-suggestions',
  request_deletion: 'request-deletion',
  file_modification: 'file-modification',
  quota_increase: 'quota-increase',
  requests: 'requests',
} as const;

function loginLinks(self: string): Record<string, string> {
  return Object.fromEntries(Object.entries(LOGIN).map(([name, path]) => [name, `${self}/${path}`]));
}

const ZENODO = /^oai:((?:sandbox\.)?zenodo\.org):(\d+)$/;

/** Only Zenodo's page addresses are known; elsewhere the DOI leads there. */
function sourcePage({ oaiIdentifier, doi }: Linked): string | null {
  const [, host, number] = ZENODO.exec(oaiIdentifier) ?? [];
  if (host !== undefined) return `https://${host}/records/${number}`;
  return doi && `https://doi.org/${doi}`;
}
