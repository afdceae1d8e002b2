import { QueryError } from '../errors.ts';
import { customField, FIELDS, type QueryField, UNCARRIED } from './field-table.ts';

export { EVERYWHERE, NEARLY, TOGETHER } from './field-table.ts';
export type { QueryField, TextField, ValueField } from './field-table.ts';

const FIELD_BY_NAME: ReadonlyMap<string, QueryField> = new Map(
  FIELDS.flatMap(([names, field]) => names.split(' ').map((name) => [name, field] as const)),
);

/** All names that a query or filter may use for a field. */
export const QUERY_FIELD_NAMES: readonly string[] = [...FIELD_BY_NAME.keys()];

/** The field of that name, with or without InvenioRDM's `metadata.` before it and a language (`.en`) after it. */
export function queryField(name: string): QueryField | null {
  const own = bare(name);
  const key = CUSTOM_NAME.exec(own)?.[1];
  if (key !== undefined) return customField(key);
  return FIELD_BY_NAME.get(name) ?? FIELD_BY_NAME.get(own) ?? FIELD_BY_NAME.get(own.replace(/\.[a-z]{2}$/, '')) ?? null;
}

/**
 * Names of the fields below a name: `grants` for `grants.*`, InvenioRDM's objects such as `metadata.funding` and `files`, and `metadata` for
 * all fields. Each field once.
 */
export function fieldsBelow(name: string): readonly string[] {
  const own = bare(name);
  const below = own === 'metadata' ? FIELD_BY_NAME : [...FIELD_BY_NAME].filter(([one]) => one.startsWith(`${own}.`));
  return [...new Map([...below].map(([one, field]) => [field, one] as const)).values()];
}

/** What stands before the star of `creators.*`, which is written `creators.\*` in a query; null for any other name. */
export function objectOf(name: string): string | null {
  const own = /^(.+)\.\*$/.exec(name)?.[1];
  return own !== undefined && fieldsBelow(own).length > 0 ? own : null;
}

/** Whether `_exists_:name` can be asked: of a field, an object that has fields, or custom fields as a whole. */
export function canExist(name: string): boolean {
  return queryField(name) !== null || fieldsBelow(name).length > 0 || CUSTOM_FIELDS.test(name);
}

/** All custom fields. */
export const CUSTOM_FIELDS = /^(?:custom_fields|(?:metadata\.)?custom)$/;

/** InvenioRDM's `custom_fields.dwc:family`, Zenodo's `custom.dwc:family`; members of objects follow after dots. */
const CUSTOM_NAME = /^custom(?:_fields)?\.([a-z][\w-]*:\w[\w-]*(?:\.[\w-]+)*)$/i;

/** Why a field of Zenodo cannot be searched, and what to use instead; null for any other name. */
export function uncarriedField(name: string): string | null {
  const own = bare(name);
  if (queryField(own) !== null) return null;
  const row = UNCARRIED.find(([names]) => names.split(' ').some((one) => own === one || (one.endsWith('.') && own.startsWith(one))));
  return row?.[1] ?? null;
}

/** The error for a field that does not exist or that the data do not carry, with the nearest that works. */
export function unknownField(name: string, position: number): QueryError {
  const reason = uncarriedField(name);
  const near = nearestFieldName(name) ?? 'title, creators.name, keywords, doi, publication_date …';
  const message =
    reason === null
      ? `there is no field '${name}' (nearest: ${near}): mend it, or put double quotes around words with a colon`
      : `the field '${name}' cannot be searched: ${reason}`;
  return new QueryError(message, { code: 'unknown-field', position });
}

/** The known field name nearest to a mistyped one; null when none is near. */
export function nearestFieldName(name: string): string | null {
  return nearest(bare(name), QUERY_FIELD_NAMES);
}

/** The known name nearest to a mistyped one; null if none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one) }));
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a));
  return best.distance <= Math.max(2, Math.floor(name.length / 4)) ? best.one : null;
}

function bare(name: string): string {
  return name.replace(/^metadata\./, '');
}

/** Levenshtein distance. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of Array.from(from).entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = row[column - 1]! + (to[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
