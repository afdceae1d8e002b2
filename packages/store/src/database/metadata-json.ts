import type { RecordMetadata } from '@thresher/datacite';

/**
 * The properties of a type, for writing and reading it: `value` for a plain value, `values` for a list of plain values, a shape for an
 * object, a shape in brackets for a list of objects. `described` is a text that is never null, so null can mean that it equals the
 * description of the record.
 */
type Shape<T> = {
  readonly [K in keyof T]-?: T[K] extends readonly (infer E)[]
    ? E extends object
      ? readonly [Shape<E>]
      : 'values'
    : Exclude<T[K], null> extends object
      ? Shape<Exclude<T[K], null>>
      : 'value' | (T[K] extends string ? 'described' : never);
};

const title = { title: 'value', titleType: 'value', lang: 'value' } as const;
const edtf = { text: 'value', start: 'value', end: 'value' } as const;
const point = { longitude: 'value', latitude: 'value' } as const;

const person = {
  name: 'value',
  nameType: 'value',
  givenName: 'value',
  familyName: 'value',
  lang: 'value',
  orcid: 'value',
  nameIdentifiers: [{ nameIdentifier: 'value', nameIdentifierScheme: 'value', schemeUri: 'value', scheme: 'value', value: 'value' }],
  affiliations: [{ name: 'value', affiliationIdentifier: 'value', affiliationIdentifierScheme: 'value', schemeUri: 'value', ror: 'value' }],
} as const;
const contributor = { ...person, contributorType: 'value' } as const;

const relatedItem = {
  relatedItemType: 'value',
  relationType: 'value',
  relationTypeInformation: 'value',
  relatedItemIdentifier: 'value',
  relatedItemIdentifierType: 'value',
  relatedMetadataScheme: 'value',
  schemeUri: 'value',
  schemeType: 'value',
  titles: [title],
  creators: [person],
  contributors: [contributor],
  publicationYear: 'value',
  volume: 'value',
  issue: 'value',
  number: 'value',
  numberType: 'value',
  firstPage: 'value',
  lastPage: 'value',
  publisher: 'value',
  edition: 'value',
} as const;

const metadataShape: Shape<Omit<RecordMetadata, 'description'>> = {
  format: 'value',
  kernel: 'value',
  schemaVersion: 'value',
  datacentreSymbol: 'value',
  identifier: 'value',
  identifierType: 'value',
  doi: 'value',
  conceptDoi: 'value',
  title: 'value',
  titles: [title],
  creators: [person],
  contributors: [contributor],
  publisher: { name: 'value', publisherIdentifier: 'value', publisherIdentifierScheme: 'value', schemeUri: 'value', lang: 'value' },
  publicationYear: 'value',
  publicationDate: edtf,
  resourceType: { general: 'value', text: 'value', type: 'value', subtype: 'value' },
  subjects: [
    { subject: 'value', subjectScheme: 'value', schemeUri: 'value', valueUri: 'value', classificationCode: 'value', lang: 'value' },
  ],
  dates: [{ ...edtf, dateType: 'value', dateInformation: 'value' }],
  language: { text: 'value', iso639_3: 'value', iso639_1: 'value' },
  alternateIdentifiers: [{ alternateIdentifier: 'value', alternateIdentifierType: 'value' }],
  relatedIdentifiers: [
    {
      relatedIdentifier: 'value',
      relatedIdentifierType: 'value',
      relationType: 'value',
      resourceTypeGeneral: 'value',
      relatedMetadataScheme: 'value',
      schemeUri: 'value',
      schemeType: 'value',
      relationTypeInformation: 'value',
      doi: 'value',
    },
  ],
  relatedItems: [relatedItem],
  sizes: 'values',
  formats: 'values',
  version: 'value',
  rights: [
    {
      rights: 'value',
      rightsUri: 'value',
      rightsIdentifier: 'value',
      rightsIdentifierScheme: 'value',
      schemeUri: 'value',
      lang: 'value',
      kind: 'value',
      spdx: 'value',
    },
  ],
  accessRight: 'value',
  descriptions: [{ description: 'described', text: 'described', descriptionType: 'value', lang: 'value' }],
  fundingReferences: [
    {
      funderName: 'value',
      funderIdentifier: 'value',
      funderIdentifierType: 'value',
      schemeUri: 'value',
      awardNumber: 'value',
      awardUri: 'value',
      awardTitle: 'value',
      funderRor: 'value',
      funderDoi: 'value',
    },
  ],
  geoLocations: [
    {
      place: 'value',
      point,
      box: { west: 'value', east: 'value', south: 'value', north: 'value' },
      polygons: [{ points: [point], inPolygonPoint: point }],
    },
  ],
  communities: 'values',
  references: 'values',
  dublinCore: [{ element: 'value', value: 'value', lang: 'value' }],
};

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

/** A compiled shape: its properties in the order of their names, each with its key as JSON. */
type Plan = readonly Property[];

interface Property {
  readonly name: string;
  readonly key: string;
  readonly isList: boolean;
  readonly isDescribed: boolean;
  /** What the object or the elements of the list are; null for plain values. */
  readonly inner: Plan | null;
}

function planOf(shape: Bag): Plan {
  return Object.keys(shape)
    .sort()
    .map((name) => {
      const part = shape[name];
      const isList = part === 'values' || Array.isArray(part);
      const inner: unknown = Array.isArray(part) ? part[0] : part;
      return {
        name,
        key: `"${name}":`,
        isList,
        isDescribed: part === 'described',
        inner: typeof inner === 'object' ? planOf(inner as Bag) : null,
      };
    });
}

const metadataPlan = planOf(metadataShape);

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
