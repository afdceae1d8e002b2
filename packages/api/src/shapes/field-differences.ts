import type { FundingReference, GeoLocation, Person, RecordMetadata, Rights } from '@thresher/datacite';
import { isDeepStrictEqual } from 'node:util';
import { changedPart } from './changed-part.ts';
import { type WordDifferences, wordDifferences } from './word-differences.ts';

/** What differs in one field of the metadata of two records or revisions. */
export interface FieldDifference {
  /** Its name in the normalised record: `title`, `creators`. */
  readonly field: string;
  readonly label: string;
  /** Values that only the first has, as people read them; of a long text the part that differs. */
  readonly removed: readonly string[];
  /** Values that only the second has. */
  readonly added: readonly string[];
  /** What differs if no value was removed or added: the order of the values, or details that are not shown. */
  readonly note: 'order' | 'details' | null;
  /** If one text became another: the words that differ, with those around them; null if they have little in common. */
  readonly words: WordDifferences | null;
}

type Lines = readonly (string | null | undefined | false)[];
type Read = (metadata: RecordMetadata) => Lines;

/** Fields in the order of a record page, with their values as people read them. */
const FIELDS: Readonly<Partial<Record<keyof RecordMetadata, readonly [label: string, read: Read]>>> = {
  doi: ['DOI', ({ doi }) => [doi]],
  conceptDoi: ['DOI of all versions', ({ conceptDoi }) => [conceptDoi]],
  title: ['Title', ({ title }) => [title]],
  titles: [
    'Other titles',
    ({ titles, title: main }) => titles.flatMap(({ title, titleType }) => (title === main ? [] : [withNote(title, titleType)])),
  ],
  creators: ['Creators', ({ creators }) => creators.map(personLine)],
  publicationDate: ['Publication date', ({ publicationDate }) => [publicationDate?.text]],
  publicationYear: ['Publication year', ({ publicationYear }) => [publicationYear?.toString()]],
  version: ['Version', ({ version }) => [version]],
  resourceType: ['Type', ({ resourceType: type }) => [type && joined([type.general, type.text, type.type, type.subtype], ' / ')]],
  accessRight: ['Access to the files', ({ accessRight }) => [accessRight]],
  rights: ['Licences and rights', ({ rights }) => rights.map(rightsLine)],
  description: ['Description', ({ description }) => [description]],
  descriptions: [
    'Descriptions',
    ({ descriptions, description }) =>
      descriptions.flatMap(({ text, descriptionType }) => (text === description ? [] : [withNote(text, descriptionType)])),
  ],
  subjects: ['Keywords and subjects', ({ subjects }) => subjects.map(({ subject, subjectScheme }) => withNote(subject, subjectScheme))],
  communities: ['Communities', ({ communities }) => communities],
  contributors: ['Contributors', ({ contributors }) => contributors.map((one) => withNote(personLine(one), one.contributorType))],
  fundingReferences: ['Funding', ({ fundingReferences }) => fundingReferences.map(fundingLine)],
  relatedIdentifiers: [
    'Related works',
    ({ relatedIdentifiers }) => relatedIdentifiers.map((one) => joined([one.relationType, one.doi ?? one.relatedIdentifier])),
  ],
  references: ['References', ({ references }) => references],
  dates: [
    'Dates',
    ({ dates, publicationDate }) =>
      dates.flatMap((one) =>
        one.dateType === 'Issued' && one.text === publicationDate?.text ? [] : [joined([one.dateType, one.text, one.dateInformation])],
      ),
  ],
  geoLocations: ['Places', ({ geoLocations }) => geoLocations.map(placeLine)],
  language: ['Language', ({ language }) => [language?.text]],
  publisher: ['Publisher', ({ publisher }) => [publisher?.name]],
  alternateIdentifiers: [
    'Identifiers',
    ({ alternateIdentifiers }) =>
      alternateIdentifiers.map(({ alternateIdentifier, alternateIdentifierType }) =>
        joined([alternateIdentifierType, alternateIdentifier]),
      ),
  ],
  formats: ['Formats', ({ formats }) => formats],
  sizes: ['Sizes', ({ sizes }) => sizes],
};

/** Pure. The fields in which the metadata differ, in the order of a record page; fields that are not shown there follow. */
export function fieldDifferences(before: RecordMetadata, after: RecordMetadata): FieldDifference[] {
  const names = [...new Set([...Object.keys(FIELDS), ...Object.keys(before), ...Object.keys(after)])] as (keyof RecordMetadata)[];
  const changed = new Set(names.filter((name) => !isDeepStrictEqual(before[name], after[name])));
  return [...changed].map((name) => differenceIn(name, before, after)).filter(({ field, note }) => !isImplied(field, note, changed));
}

/** Fields that repeat another one. */
const REPEATS: Readonly<Record<string, keyof RecordMetadata>> = {
  titles: 'title',
  identifier: 'doi',
  identifierType: 'doi',
  dates: 'publicationDate',
  publicationYear: 'publicationDate',
  descriptions: 'description',
};

/** Whether a difference only follows from that of the field that it repeats. */
function isImplied(field: string, note: FieldDifference['note'], changed: ReadonlySet<string>): boolean {
  const repeated = REPEATS[field];
  return repeated !== undefined && changed.has(repeated) && (note === 'details' || field === 'publicationYear');
}

/** What is shown of a field, from its name in the normalised record or the beginning of a path into it: `creators/0/orcid`. */
export function fieldLabel(path: string): string {
  const name = path.split('/')[0]!;
  return FIELDS[name as keyof RecordMetadata]?.[0] ?? OTHERS[name] ?? capital(name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());
}

const OTHERS: Readonly<Record<string, string>> = { setSpecs: 'Sets', deleted: 'Deletion', dublinCore: 'Dublin Core' };

function differenceIn(name: keyof RecordMetadata, before: RecordMetadata, after: RecordMetadata): FieldDifference {
  const read = FIELDS[name]?.[1] ?? (() => []);
  const [old, now] = [linesOf(read(before)), linesOf(read(after))];
  const [removed, added] = [without(old, now), without(now, old)];
  const isText = removed.length === 1 && added.length === 1;
  const part = isText ? changedPart(removed[0]!, added[0]!) : null;
  const isOrder = removed.length + added.length === 0 && !isDeepStrictEqual(old, now);
  return {
    field: name,
    label: fieldLabel(name),
    removed: part === null ? removed : [part.before],
    added: part === null ? added : [part.after],
    note: removed.length + added.length > 0 ? null : isOrder ? 'order' : 'details',
    words: isText ? wordDifferences(removed[0]!, added[0]!) : null,
  };
}

const linesOf = (lines: Lines): string[] => lines.flatMap((line) => (line ? [line] : []));

/** A value that stands in both as often is in neither result. */
function without(values: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(one, (left.get(one) ?? 0) + 1);
  return values.filter((value) => {
    const count = left.get(value) ?? 0;
    if (count > 0) left.set(value, count - 1);
    return count === 0;
  });
}

const joined = (parts: Lines, separator = ' '): string => linesOf(parts).join(separator);

const withNote = (text: string, note: string | null): string => (note === null ? text : `${text} (${note})`);

function personLine({ name, orcid, affiliations }: Person): string {
  const places = affiliations.map((one) => one.name ?? one.ror ?? one.affiliationIdentifier);
  return joined([name, orcid, joined(places, '; ')], ', ');
}

function rightsLine({ rights, spdx, rightsIdentifier, rightsUri }: Rights): string {
  return joined([spdx ?? rightsIdentifier ?? rights, rightsUri]);
}

function fundingLine(one: FundingReference): string {
  return joined([one.funderName ?? one.funderIdentifier, one.awardNumber, one.awardTitle], ', ');
}

function placeLine({ place, point, box }: GeoLocation): string {
  const where = box && `${box.south}° to ${box.north}°, ${box.west}° to ${box.east}°`;
  return joined([place, point && `${point.latitude}°, ${point.longitude}°`, where]);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
