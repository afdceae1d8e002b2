import { normalizeDoi } from '@thresher/datacite';
import type { RecordKey } from '@thresher/store/read';

/**
 * Groups of keys in order of preference: the first group that finds a record counts. Empty for text that cannot be the name of a
 * record.
 */
export type RecordName = readonly (readonly RecordKey[])[];

const NUMBER = /^\d{1,15}$/;
/** Proxies and path normalisation turn two slashes into one. */
const RECORD_URL = /^https?:\/{1,2}(?:www\.)?([^/:@]+)(?::\d+)?\/(?:api\/)?records?\/(\d{1,15})(?:[/?#].*)?$/i;
/** InvenioRDM redirects from such addresses to the record. */
const DOI_PAGE = /^https?:\/{1,2}[^/@]+\/(?:doi|badge\/DOI|badge\/latestdoi)\/(10\..+?)(?:\.svg)?$/i;
const MERGED_SCHEME = /^(https?):\/(?!\/)/i;
const HANDLE = /^(?:hdl:|info:hdl\/|https?:\/{1,2}hdl\.handle\.net\/)(\S+)$/i;
/** PostgreSQL takes no NUL, and no identifier has any of them. */
const CONTROL = /\p{Cc}/u;

/**
 * Reads a name of a record: a record number, a DOI or Handle in any spelling, the URL of a record at its source or (`origin`)
 * here, any OAI identifier, and `source:number` or `source:OAI identifier` for a record of one source. What is an OAI identifier
 * letter for letter goes before every other reading.
 */
export function readRecordName(text: string, origin?: string): RecordName {
  const name = withoutOrigin(withoutQuotes(withoutBrackets(text.trim())), origin);
  const decoded = decode(name);
  const steps = decoded === null || decoded === name ? stepsOf(name) : [...stepsOf(name), ...stepsOf(decoded)];
  return steps.filter((step) => step.length > 0);
}

/** Mail and Markdown put addresses in angle brackets (RFC 3986, appendix C), some with a name before them. */
function withoutBrackets(text: string): string {
  return /^(?:URL:\s*)?<\s*(?:URL:\s*)?([^<>]+?)\s*>$/i.exec(text)?.[1] ?? text;
}

const withoutQuotes = (text: string): string => /^(["'])(.+)\1$/.exec(text)?.[2] ?? text;

function stepsOf(name: string): RecordName {
  if (name === '' || CONTROL.test(name) || !name.isWellFormed()) return [];
  if (NUMBER.test(name)) return [[{ recid: Number(name) }, { oaiIdentifier: name }], conceptOf(name)];
  return [[{ oaiIdentifier: name }], ...ofSource(name), ...ofRecordUrl(name), ...ofDoi(name), ofHandle(name), ...ofDoiSuffix(name)];
}

/** `zenodo.1234567`, as people shorten Zenodo's DOIs. */
function ofDoiSuffix(name: string): RecordName {
  return /^zenodo\.\d{1,15}$/i.test(name) ? ofDoi(`10.5281/${name.toLowerCase()}`) : [];
}

/** Names of sources may have colons themselves. */
function ofSource(name: string): RecordName {
  const colons = [...name.matchAll(/:/g)].map(({ index }) => index).filter((index) => index > 0 && index < name.length - 1);
  return colons.slice(0, MAX_COLONS).flatMap((colon) => {
    const [source, rest] = [name.slice(0, colon), name.slice(colon + 1)];
    return [[{ source, oaiIdentifier: rest }], NUMBER.test(rest) ? [{ source, recid: Number(rest) }] : []];
  });
}

const MAX_COLONS = 4;

/** A number counts only at the repository that the URL names. */
function ofRecordUrl(name: string): RecordName {
  const [, host, number] = RECORD_URL.exec(name) ?? [];
  if (host === undefined || number === undefined) return [];
  const at = host.toLowerCase();
  return [
    [{ oaiIdentifier: `oai:${at}:${number}` }],
    [{ recid: Number(number), host: at }],
    /(?:^|\.)zenodo\.org$/.test(at) ? conceptOf(number) : [],
  ];
}

/** Zenodo numbers a concept as its records, in its concept DOI. */
function conceptOf(number: string): readonly RecordKey[] {
  return [{ conceptDoi: `10.5281/zenodo.${Number(number)}` }];
}

function ofDoi(name: string): RecordName {
  const doi = normalizeDoi(DOI_PAGE.exec(name)?.[1] ?? name.replace(MERGED_SCHEME, '$1://'));
  if (doi === null || CONTROL.test(doi) || !doi.isWellFormed()) return [];
  return [[{ doi }], [{ oaiIdentifier: `doi:${doi}` }], [{ conceptDoi: doi }]];
}

function ofHandle(name: string): readonly RecordKey[] {
  const handle = HANDLE.exec(name)?.[1];
  if (handle === undefined) return [];
  return ['hdl:', 'https://hdl.handle.net/', 'http://hdl.handle.net/'].map((prefix) => ({ oaiIdentifier: prefix + handle }));
}

/** `links.self` and `links.html` are names, too. */
function withoutOrigin(name: string, origin: string | undefined): string {
  if (origin === undefined || !name.startsWith(`${origin}/`)) return name;
  const path = /^\/(?:api\/)?records?\/([^/?#]+)/.exec(name.slice(origin.length))?.[1];
  return path === undefined ? name : (decode(path) ?? name);
}

function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
