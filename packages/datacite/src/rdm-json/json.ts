import { oneLine } from '../values/text.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is an object, else an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The objects of a list; nothing if it is no list. */
export const objectsOf = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** A text or number on one line; null for everything else, and for a blank text. */
export function lineOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? oneLine(storable(value)) : null;
}

/** A text as it is, line breaks included; null for everything else, and for an empty text. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? storable(value) : null);

/** A whole number that is not negative; null for everything else. */
export const countOf = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : null;

/** PostgreSQL holds neither U+0000 nor half surrogate pairs. */
const storable = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();
