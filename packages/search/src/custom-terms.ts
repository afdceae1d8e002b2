import type { RdmCustomField } from '@thresher/datacite';

/** A value of a custom field, as InvenioRDM's JSON has it. */
export type CustomValue = Pick<RdmCustomField, 'field' | 'json'>;

/** Longer values, such as DNA sequences, are indexed by their beginning. */
const LONGEST = 1_000;

/** The term of a value in the index field `custom`. */
export const customTerm = (field: string, value: string): string => `${field}=${value.slice(0, LONGEST)}`;

/** The term of a number for range queries: sorted as text, such terms are in the order of the numbers. */
export const customNumber = (field: string, value: number): string => `${field}#${sortable(value)}`;

/** The bits of a double as 16 hexadecimal digits, with the sign bit inverted, and all bits inverted for negative numbers. */
function sortable(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  return (bits & sign ? bits ^ (2n ** 64n - 1n) : bits | sign).toString(16).padStart(16, '0');
}

/**
 * The terms of one value of a custom field: `dwc:family=Felidae`. Members of objects have the path to them
 * (`journal:journal.title=Nature`, `code:programmingLanguage.title.en=Python`); a term of a vocabulary also has its title alone
 * (`code:programmingLanguage=Python`), and a number another one for ranges. Pure.
 */
export function customTerms({ field, json }: CustomValue): string[] {
  const terms = termsBelow(field, json);
  const title = isObject(json) && typeof json['id'] === 'string' ? titleOf(json) : null;
  return title === null ? terms : [customTerm(field, title), ...terms];
}

function termsBelow(path: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => termsBelow(path, one));
  if (isObject(value)) return Object.entries(value).flatMap(([key, one]) => termsBelow(`${path}.${key}`, one));
  if (typeof value === 'number' && Number.isFinite(value)) return [customTerm(path, String(value)), customNumber(path, value)];
  const text = typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : typeof value === 'boolean' ? String(value) : '';
  return text === '' ? [] : [customTerm(path, text)];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function titleOf({ id, title }: Readonly<Record<string, unknown>>): string {
  const english = isObject(title) ? title['en'] : title;
  return typeof english === 'string' ? english : String(id);
}
