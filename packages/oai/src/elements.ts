import { mostDeclared } from './bounds.ts';
import { parseDatestamp } from './datestamp.ts';
import type { OaiErrorItem } from './errors.ts';
import type { RecordHeader, RequestEcho, ResumptionToken } from './page.ts';
import type { XmlElement } from './xml.ts';

/** The first child of that local name, whatever its namespace. */
export function child(element: XmlElement, name: string): XmlElement | null {
  return element.children.find((inner) => inner.name === name) ?? null;
}

/** All children of that local name in order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((inner) => inner.name === name);
}

/** Text of the first child of that name, outer white space removed; null when absent or empty. */
export function childText(element: XmlElement, name: string): string | null {
  return child(element, name)?.text.trim() || null;
}

/** Null where the header has no identifier. */
export function readHeader(header: XmlElement): RecordHeader | null {
  let identifier = '';
  let datestamp = '';
  const setSpecs: string[] = [];
  for (const { name, ns, text } of header.children) {
    if (ns !== header.ns) continue;
    if (name === 'identifier') identifier ||= text.trim();
    else if (name === 'datestamp') datestamp ||= text.trim();
    else if (name === 'setSpec' && text.trim() !== '') setSpecs.push(text.trim());
  }
  if (identifier === '') return null;
  return { identifier, datestamp, setSpecs, deleted: header.attributes['status']?.trim() === 'deleted' };
}

export function readErrorItem(element: XmlElement): OaiErrorItem {
  return { code: element.attributes['code']?.trim() ?? '', message: element.text.replace(/\s+/g, ' ').trim() };
}

export function readRequest(element: XmlElement | null): RequestEcho {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(element?.attributes ?? {})) {
    Object.defineProperty(attributes, name, { value, enumerable: true });
  }
  return { baseURL: element?.text.trim() ?? '', attributes };
}

export function readToken(element: XmlElement): ResumptionToken {
  const raw = {
    cursor: element.attributes['cursor'] ?? null,
    completeListSize: element.attributes['completeListSize'] ?? null,
    expirationDate: element.attributes['expirationDate'] ?? null,
  };
  return {
    value: element.text.trim() || null,
    cursor: count(raw.cursor),
    completeListSize: count(raw.completeListSize),
    expirationDate: raw.expirationDate === null ? null : parseDatestamp(raw.expirationDate),
    raw,
  };
}

/** Null for a value that is not a count: a text, a negative number, or more records than any repository has. */
function count(text: string | null): number | null {
  const value = text !== null && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
  return value === null || value > mostDeclared ? null : value;
}
