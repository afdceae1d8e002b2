import type { RecordMetadata } from '@thresher/datacite';
import { metadataProperties, type Property } from './metadata-properties.ts';

/**
 * The metadata as `record.metadata` holds it: JSON with sorted keys and without what is null or an empty list. The
 * description is not in it, having its own column; a text of `descriptions` that equals it is null. Equal metadata
 * give equal texts, so a hash may be taken over this and the description.
 */
export function writeMetadata(metadata: RecordMetadata): string {
  return writeObject(metadataPlan, metadata as unknown as Bag, metadata.description);
}

/** The parsed JSON of `record.metadata`: objects inside it lack what is null or empty as it does itself. */
export type StoredMetadata = Partial<Omit<RecordMetadata, 'description'>>;

/** The metadata with everything that was left out when they were stored. Null stays null. */
export function readMetadata(stored: StoredMetadata | null, description: string | null): RecordMetadata | null {
  return stored && ({ ...readObject(metadataPlan, stored, description), description } as unknown as RecordMetadata);
}

type Bag = Readonly<Record<string, unknown>>;

/** Properties in the order of their names, each with its key as JSON. */
type Plan = readonly Entry[];

interface Entry {
  readonly name: string;
  readonly key: string;
  readonly isList: boolean;
  readonly isDescribed: boolean;
  /** The properties of the object or of the list's elements; null for plain values. */
  readonly inner: Plan | null;
}

const planOf = (properties: readonly Property[]): Plan =>
  properties
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, isList, isDescribed, inner }) => ({ name, key: `"${name}":`, isList, isDescribed, inner: inner && planOf(inner) }));

/** The description has its own column. */
const metadataPlan = planOf(metadataProperties.filter(({ name }) => name !== 'description'));

function writeObject(plan: Plan, object: Bag, description: string | null): string {
  let json = '{';
  for (const { name, key, isList, isDescribed, inner } of plan) {
    const value = object[name];
    if (value === null || value === undefined || (isList && (value as unknown[]).length === 0)) continue;
    if (json.length > 1) json += ',';
    json += key;
    if (inner === null) json += isDescribed && value === description ? 'null' : JSON.stringify(value);
    else json += isList ? writeList(inner, value as Bag[], description) : writeObject(inner, value as Bag, description);
  }
  return `${json}}`;
}

function writeList(plan: Plan, list: readonly Bag[], description: string | null): string {
  let json = '[';
  for (const object of list) json += (json.length > 1 ? ',' : '') + writeObject(plan, object, description);
  return `${json}]`;
}

function readObject(plan: Plan, json: Bag, description: string | null): Bag {
  const object: Record<string, unknown> = {};
  for (const { name, isList, isDescribed, inner } of plan) {
    const value = json[name] ?? (isDescribed ? description : null);
    if (isList)
      object[name] = value === null ? [] : inner === null ? value : (value as Bag[]).map((it) => readObject(inner, it, description));
    else object[name] = value === null || inner === null ? value : readObject(inner, value as Bag, description);
  }
  return object;
}
