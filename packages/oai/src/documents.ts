import { child, childrenOf, childText, readErrorItem, readToken } from './elements.ts';
import { datestampGranularity, parseDatestamp, parseGranularity } from './datestamp.ts';
import type { Granularity } from './datestamp.ts';
import { NotOaiError, OaiError } from './errors.ts';
import type { ResumptionToken } from './page.ts';
import { decodeDocument } from './parse.ts';
import { parseXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** The answer to Identify (OAI-PMH 2.0, 4.2). Missing or unreadable elements are null or empty lists. */
export interface Identify {
  /** The server's clock, null where the element is missing or unreadable. A harvest pins its `until` to it. */
  readonly responseDate: Date | null;
  readonly repositoryName: string | null;
  readonly baseURL: string | null;
  readonly protocolVersion: string | null;
  readonly adminEmails: readonly string[];
  /** As sent; see `parseDatestamp`. */
  readonly earliestDatestamp: string | null;
  /** Null if the server sends none of the three. */
  readonly deletedRecord: 'no' | 'persistent' | 'transient' | null;
  /** As declared; if that is not readable, the form of earliestDatestamp; otherwise days, which every server must accept. */
  readonly granularity: Granularity;
  readonly compression: readonly string[];
  /** The root element inside each `description`. */
  readonly descriptions: readonly XmlElement[];
}

/** One `set` of ListSets (OAI-PMH 2.0, 4.6), as the server sent it. */
export interface OaiSet {
  readonly setSpec: string;
  readonly setName: string | null;
  /** The root element inside each `setDescription`. */
  readonly setDescriptions: readonly XmlElement[];
}

/** One `metadataFormat` of ListMetadataFormats, as the server sent it. */
export interface MetadataFormat {
  readonly metadataPrefix: string;
  readonly schema: string | null;
  readonly metadataNamespace: string | null;
}

/** Bytes of an answer, and the charset of its Content-Type. `OaiReply` is one. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly charset?: string | null;
}

/** Throws `XmlError`, `NotOaiError`, and `OaiError` where the server answered an error. */
export function parseIdentify(body: Body): Identify {
  const root = rootElement(body);
  const identify = verbElement(root, 'Identify');
  const earliestDatestamp = childText(identify, 'earliestDatestamp');
  const deleted = childText(identify, 'deletedRecord');
  return {
    responseDate: parseDatestamp(childText(root, 'responseDate') ?? ''),
    repositoryName: childText(identify, 'repositoryName'),
    baseURL: childText(identify, 'baseURL'),
    protocolVersion: childText(identify, 'protocolVersion'),
    adminEmails: texts(identify, 'adminEmail'),
    earliestDatestamp,
    deletedRecord: deleted === 'no' || deleted === 'persistent' || deleted === 'transient' ? deleted : null,
    granularity: granularityOf(childText(identify, 'granularity'), earliestDatestamp),
    compression: texts(identify, 'compression'),
    descriptions: roots(identify, 'description'),
  };
}

function granularityOf(declared: string | null, earliestDatestamp: string | null): Granularity {
  return parseGranularity(declared ?? '') ?? datestampGranularity(earliestDatestamp ?? '') ?? 'YYYY-MM-DD';
}

/** One page of sets. Throws as `parseIdentify` does. */
export function parseSetsPage(body: Body): { readonly sets: readonly OaiSet[]; readonly resumptionToken: ResumptionToken | null } {
  const list = verbElement(rootElement(body), 'ListSets');
  const token = child(list, 'resumptionToken');
  const sets = childrenOf(list, 'set').flatMap((set) => {
    const setSpec = childText(set, 'setSpec');
    return setSpec === null ? [] : [{ setSpec, setName: childText(set, 'setName'), setDescriptions: roots(set, 'setDescription') }];
  });
  return { sets, resumptionToken: token === null ? null : readToken(token) };
}

/** Reads an answer to ListMetadataFormats (OAI-PMH 2.0, 4.4). Throws as `parseIdentify` does. */
export function parseMetadataFormats(body: Body): MetadataFormat[] {
  return childrenOf(verbElement(rootElement(body), 'ListMetadataFormats'), 'metadataFormat').flatMap((format) => {
    const metadataPrefix = childText(format, 'metadataPrefix');
    if (metadataPrefix === null) return [];
    return [{ metadataPrefix, schema: childText(format, 'schema'), metadataNamespace: childText(format, 'metadataNamespace') }];
  });
}

function rootElement({ bytes, charset }: Body): XmlElement {
  return parseXml(decodeDocument(bytes, charset));
}

function verbElement(root: XmlElement, verb: string): XmlElement {
  if (root.name !== 'OAI-PMH') throw new NotOaiError(`the endpoint answered a document whose root is ${root.name}, not OAI-PMH`);
  const errors = childrenOf(root, 'error');
  if (errors.length > 0) throw new OaiError(errors.map(readErrorItem));
  const element = child(root, verb);
  if (element === null) throw new NotOaiError(`the endpoint answered an OAI-PMH document without ${verb}`);
  return element;
}

function texts(element: XmlElement, name: string): string[] {
  return childrenOf(element, name)
    .map(({ text }) => text.trim())
    .filter((text) => text !== '');
}

function roots(element: XmlElement, name: string): XmlElement[] {
  return childrenOf(element, name).flatMap(({ children }) => children.slice(0, 1));
}
