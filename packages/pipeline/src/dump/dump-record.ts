import { decodeDocument, NotOaiError, parseDatestamp, parseXml, type XmlElement, XmlError } from '@thresher/oai';
import type { DumpDocument } from './dump-documents.ts';

/** A document as a record of a list. */
export interface DumpRecord {
  readonly identifier: string;
  /** A `record` element. */
  readonly xml: string;
}

/** A document that cannot be one. */
export interface DumpFault {
  readonly identifier: string | null;
  readonly reason: string;
}

/**
 * Makes a record of a single `oai_datacite` document. A dump has no headers, so they are derived: the identifier from the
 * alternate identifier of type `oai`, else from the file's name (`123.xml` is `oai:zenodo.org:123`); the datestamp from
 * the date of type Updated, which is a day, so that whatever OAI-PMH says of that day is newer; the sets from the
 * communities the record is part of.
 */
export function readDumpDocument({ name, bytes, tooLarge }: DumpDocument): DumpRecord | DumpFault {
  const named = /^(\d{1,15})\.xml$/.exec(name)?.[1];
  const fallback = named === undefined ? null : `oai:zenodo.org:${named}`;
  if (tooLarge !== null)
    return {
      identifier: fallback,
      reason: `${name} has ${tooLarge} bytes, more than MAX_DUMP_MEMBER_MB allows; its first ${bytes.length} bytes are kept`,
    };
  try {
    const text = decodeDocument(bytes);
    const resource = findResource(parseXml(text));
    const identifier = oaiIdentifierOf(resource) ?? fallback;
    if (identifier === null) return { identifier: null, reason: `${name} names no OAI identifier` };
    return { identifier, xml: `<record>${headerOf(identifier, resource)}<metadata>${withoutDeclaration(text)}</metadata></record>` };
  } catch (error) {
    if (error instanceof XmlError || error instanceof NotOaiError) return { identifier: fallback, reason: error.message };
    throw error;
  }
}

/** The answer to ListRecords that these records would have been. */
export function wrapRecords(records: readonly DumpRecord[], location: string, responseDate: Date): Buffer {
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>${responseDate.toISOString().slice(0, 19)}Z</responseDate>`;
  const request = `<request verb="ListRecords" metadataPrefix="oai_datacite">${escape(location)}</request>`;
  return Buffer.from(`${head}${request}<ListRecords>\n${records.map(({ xml }) => xml).join('\n')}\n</ListRecords></OAI-PMH>\n`);
}

function headerOf(identifier: string, resource: XmlElement | null): string {
  const datestamp = updatedOf(resource);
  const sets = communitySetsOf(resource).map((setSpec) => `<setSpec>${escape(setSpec)}</setSpec>`);
  return `<header><identifier>${escape(identifier)}</identifier>${datestamp === null ? '' : `<datestamp>${datestamp}</datestamp>`}${sets.join('')}</header>`;
}

/** The kernel's `resource`, whatever is wrapped around it. */
function findResource(element: XmlElement): XmlElement | null {
  if (element.name === 'resource') return element;
  for (const inner of element.children) {
    const found = findResource(inner);
    if (found !== null) return found;
  }
  return null;
}

const listed = (resource: XmlElement | null, list: string, item: string): readonly XmlElement[] =>
  resource?.children.filter(({ name }) => name === list).flatMap(({ children }) => children.filter(({ name }) => name === item)) ?? [];

function oaiIdentifierOf(resource: XmlElement | null): string | null {
  const found = listed(resource, 'alternateIdentifiers', 'alternateIdentifier').find(
    ({ attributes, text }) => attributes['alternateIdentifierType']?.toLowerCase() === 'oai' && text.trim().startsWith('oai:'),
  );
  return found?.text.trim() ?? null;
}

function updatedOf(resource: XmlElement | null): string | null {
  const text = listed(resource, 'dates', 'date')
    .find(({ attributes }) => attributes['dateType'] === 'Updated')
    ?.text.trim();
  return text !== undefined && parseDatestamp(text) !== null ? text : null;
}

function communitySetsOf(resource: XmlElement | null): string[] {
  const slugs = listed(resource, 'relatedIdentifiers', 'relatedIdentifier')
    .filter(({ attributes }) => attributes['relationType'] === 'IsPartOf')
    .flatMap(({ text }) => /^https?:\/\/zenodo\.org\/communities\/([^/?#\s]+)\/?$/.exec(text.trim())?.[1] ?? []);
  return [...new Set(slugs)].map((slug) => `user-${slug}`);
}

const withoutDeclaration = (text: string): string => text.replace(/^\uFEFF?\s*(<\?xml[^>]*\?>)?\s*/, '').trimEnd();

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
