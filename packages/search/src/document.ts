import type {
  Contributor,
  FundingReference,
  Person,
  RdmAward,
  RdmReference,
  RecordMetadata,
  RelatedIdentifier,
  ResourceType,
  Rights,
  Subject,
} from '@thresher/datacite';
import type { LocalLanguage } from './analysis.ts';
import { customTerms, type CustomValue } from './custom-terms.ts';
import { comparableIdentifier, doiWithin } from './identifier-forms.ts';
import { SAMPLE_LENGTH, languageOf } from './language.ts';
import { listedKeywords } from './keyword-lists.ts';
import { pointsOf } from './places.ts';
import { mapTexts, textForm, valueForm } from './text-forms.ts';

/** The input of `toDocument`: a stored record as the index reads it, with its metadata and what was fetched of it. */
export interface DocumentInput {
  readonly sourceId: number | string;
  readonly recordId: number | string;
  /** With `fetched.statsRevision` the external version the document is written with. */
  readonly revision: number;
  /** No other version of its concept is newer. */
  readonly isLatestVersion: boolean;
  readonly oaiIdentifier: string;
  /** Null or '' if the header has none. */
  readonly datestamp: Date | string | null;
  readonly setSpecs: readonly string[];
  readonly metadata: RecordMetadata;
  readonly firstSeenAt: Date | string;
  readonly changedAt: Date | string;
  /** What the source's REST API reported; absent if it was not asked. */
  readonly fetched?: FetchedFacts;
}

/** Facts that OAI-PMH does not carry, all optional. Absent: not read. Null: not stated by the source. */
export interface FetchedFacts {
  /** Of all versions together. */
  readonly views: number | null;
  readonly downloads: number | null;
  /** Endings of the names of its files: `csv`, `pdf`. */
  readonly fileTypes: readonly string[];
  /** Names of its files and their sizes in bytes; left out: not read. */
  readonly fileNames?: readonly string[];
  readonly fileSizes?: readonly number[];
  readonly uniqueViews?: number | null;
  readonly uniqueDownloads?: number | null;
  /** ISO 639-3 codes of all languages; empty: only what the metadata say is known. */
  readonly languages?: readonly string[];
  readonly references?: readonly RdmReference[];
  readonly customFields?: readonly CustomValue[];
  readonly awards?: readonly Pick<RdmAward, 'acronym' | 'program'>[];
  /** When the record was created at its source, ISO 8601. */
  readonly createdAt?: string | null;
  /** From 1. */
  readonly versionIndex?: number | null;
  readonly swhid?: string | null;
  /** `YYYY-MM-DD`; may lie in the past. */
  readonly embargoUntil?: string | null;
  /** Of the statistics, from 1; 0 or left out: there are none. */
  readonly statsRevision?: number;
}

/** A creator or contributor in the index. */
export interface SearchPerson {
  readonly name: string;
  /** `contributorType`; contributors only. */
  readonly role?: string;
  readonly family_name?: string;
  readonly given_name?: string;
  readonly orcid?: string;
  /** Of other schemes than ORCID, bare. */
  readonly identifiers?: readonly string[];
  readonly affiliations?: readonly { readonly name?: string; readonly ror?: string }[];
}

/** A record as the index holds it. Empty values are left out, so a field that is present has a value and a list has elements. */
export interface SearchDocument {
  readonly source_id: string;
  readonly record_id: number;
  readonly revision: number;
  /** Of the statistics, if there are any. */
  readonly stats_revision?: number;
  readonly is_latest_version: boolean;
  readonly oai_identifier: string;
  /** As given, so with the granularity of its source; some headers have none. */
  readonly datestamp?: string;
  readonly sets?: readonly string[];
  /** Instants as ISO 8601. */
  readonly first_seen_at: string;
  readonly changed_at: string;
  /** The number at the end of the OAI identifier, if there is one. */
  readonly recid?: number;
  readonly doi?: string;
  readonly concept_doi?: string;
  readonly concept_recid?: number;
  /** Everything that names this record and no other: DOI, OAI identifier, alternate identifiers; without the concept DOI. */
  readonly identifiers: readonly string[];
  readonly title?: string;
  readonly additional_titles?: readonly string[];
  /** Title, keywords and description again, analysed in the language of the record if it has its own analyzer. */
  readonly local?: Readonly<Partial<Record<LocalLanguage, string>>>;
  readonly creators?: readonly SearchPerson[];
  readonly contributors?: readonly SearchPerson[];
  readonly publisher?: string;
  /** First day of the publication date. */
  readonly publication_date?: string;
  /** The publication date as the source wrote it. */
  readonly publication_date_text?: string;
  readonly publication_year?: number;
  readonly resource_type?: {
    readonly general?: string;
    readonly text?: string;
    readonly type?: string;
    readonly subtype?: string;
  };
  /** One code, or a list of several. */
  readonly language?: string | readonly string[];
  readonly version?: string;
  readonly access_right?: string;
  readonly licenses?: readonly { readonly id?: string; readonly spdx?: string; readonly title?: string; readonly url?: string }[];
  /** Subjects without a scheme. */
  readonly keywords?: readonly string[];
  /** Subjects from a vocabulary. */
  readonly subjects?: readonly { readonly term: string; readonly scheme?: string; readonly identifier?: string }[];
  /** Keywords and terms of vocabularies, each by itself. */
  readonly topics?: readonly string[];
  readonly description?: string;
  readonly additional_descriptions?: readonly { readonly text: string; readonly type?: string }[];
  readonly communities?: readonly string[];
  readonly funding?: readonly {
    readonly funder_name?: string;
    readonly funder_ror?: string;
    readonly funder_doi?: string;
    readonly award_number?: string;
    readonly award_title?: string;
    readonly award_url?: string;
  }[];
  /** Without the concept DOI and the communities; DOIs bare and in lower case. */
  readonly related_identifiers?: readonly {
    readonly identifier: string;
    readonly scheme?: string;
    readonly relation_type?: string;
  }[];
  readonly stats?: {
    readonly views?: number;
    readonly downloads?: number;
    readonly unique_views?: number;
    readonly unique_downloads?: number;
  };
  /** Texts and identifiers of cited works; a DOI within a text counts as an identifier. */
  readonly references?: { readonly text?: readonly string[]; readonly identifier?: readonly string[] };
  /** `field=value` for each value of a custom field; members of objects as `journal:journal.title=Nature`. */
  readonly custom?: readonly string[];
  /** Acronyms and programmes of awards, which only JSON has. */
  readonly awards?: readonly { readonly acronym?: string; readonly program?: string }[];
  /** Place in a journal and a conference, to sort by; searched as `custom`. */
  readonly journal?: { readonly volume?: string; readonly issue?: string; readonly pages?: string };
  readonly meeting?: { readonly session?: string; readonly session_part?: string };
  /** When the record was created at its source. */
  readonly created?: string;
  /** Number of this version among those of its concept, from 1. */
  readonly version_index?: number;
  readonly swhid?: string;
  readonly file_types?: readonly string[];
  readonly file_names?: readonly string[];
  readonly file_sizes?: readonly number[];
  readonly file_count?: number;
  readonly total_bytes?: number;
  /** Names of places. */
  readonly places?: readonly string[];
  /** First days of the dates that the source gives, without that of publication. */
  readonly dates?: readonly { readonly date: string; readonly type?: string }[];
  /** From when on it is available: the end of an embargo. */
  readonly available_date?: string;
  /** Points, and of boxes and polygons the middle and the corners, in degrees. */
  readonly locations?: readonly { readonly lat: number; readonly lon: number }[];
}

/** The document of a record. Pure; the same input gives the same document. */
export function toDocument(input: DocumentInput): SearchDocument {
  const { title, additional_titles, description, additional_descriptions, local, ...values } = wholeDocument(input);
  const texts = compact({ title, additional_titles, description, additional_descriptions, local });
  return { ...mapTexts(values, valueForm), ...mapTexts(texts, textForm) };
}

function wholeDocument(input: DocumentInput): SearchDocument {
  return {
    ...ownFacts(input),
    ...identity(input),
    ...bibliography(input.metadata),
    ...content(input.metadata),
    ...(input.fetched && { ...countedFacts(input.fetched), ...describedFacts(input.fetched) }),
  };
}

function countedFacts({ views, downloads, uniqueViews, uniqueDownloads, fileTypes, fileNames = [], fileSizes = [] }: FetchedFacts) {
  return compact({
    stats: compact({ views, downloads, unique_views: uniqueViews, unique_downloads: uniqueDownloads }),
    file_types: fileTypes,
    file_names: fileNames,
    file_sizes: fileSizes,
    file_count: fileNames.length === 0 ? null : fileNames.length,
    total_bytes: fileSizes.length === 0 ? null : fileSizes.reduce((sum, size) => sum + size, 0),
  });
}

/** Languages and an embargo replace what the metadata say. */
function describedFacts({ languages = [], references = [], customFields = [], awards = [], ...facts }: FetchedFacts) {
  return compact({
    awards: awards.map(({ acronym, program }) => compact({ acronym, program })).filter((one) => Object.keys(one).length > 0),
    language: languages.length > 1 ? languages : languages[0],
    references: compact({ text: distinct(references.map((one) => one.reference)), identifier: distinct(references.flatMap(identifierOf)) }),
    custom: distinct(customFields.flatMap(customTerms)),
    journal: membersOf(customFields, 'journal:journal', ['volume', 'issue', 'pages']),
    meeting: membersOf(customFields, 'meeting:meeting', ['session', 'session_part']),
    created: facts.createdAt,
    version_index: facts.versionIndex,
    swhid: facts.swhid?.toLowerCase(),
    available_date: indexableDay(facts.embargoUntil),
  });
}

/** Texts and numbers in a custom field that is an object. */
function membersOf<K extends string>(fields: readonly CustomValue[], name: string, members: readonly K[]): Partial<Record<K, string>> {
  const json = fields.find(({ field }) => field === name)?.json;
  const value = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>;
  const found = members.flatMap((member) => {
    const one = value[member];
    return typeof one === 'string' || typeof one === 'number' ? [[member, String(one).trim()] as const] : [];
  });
  return Object.fromEntries(found.filter(([, text]) => text !== '')) as Partial<Record<K, string>>;
}

const identifierOf = ({ reference, identifier, scheme }: RdmReference): string | [] => {
  const found = identifier === null ? doiWithin(reference) : comparableIdentifier(identifier, scheme);
  return found ?? [];
};

function ownFacts({
  sourceId,
  recordId,
  revision,
  isLatestVersion,
  oaiIdentifier,
  datestamp,
  setSpecs,
  firstSeenAt,
  changedAt,
  fetched,
}: DocumentInput) {
  return {
    source_id: String(sourceId),
    record_id: Number(recordId),
    revision,
    is_latest_version: isLatestVersion,
    oai_identifier: oaiIdentifier,
    first_seen_at: instant(firstSeenAt),
    changed_at: instant(changedAt),
    ...compact({ stats_revision: fetched?.statsRevision || null, datestamp: datestamp && instant(datestamp), sets: setSpecs }),
  };
}

function identity({ oaiIdentifier, metadata, fetched }: DocumentInput) {
  return {
    identifiers: ownIdentifiers(oaiIdentifier, metadata, fetched?.swhid ?? null),
    ...compact({
      recid: trailingNumber(oaiIdentifier, /:(\d+)$/),
      doi: metadata.doi,
      concept_doi: metadata.conceptDoi,
      concept_recid: trailingNumber(metadata.conceptDoi ?? '', /\/zenodo\.(\d+)$/),
      related_identifiers: relatedIdentifiers(metadata),
    }),
  };
}

function bibliography(metadata: RecordMetadata) {
  return compact({
    title: metadata.title,
    additional_titles: additionalTitles(metadata),
    creators: metadata.creators.map(toPerson),
    contributors: metadata.contributors.map(toContributor),
    publisher: metadata.publisher?.name,
    publication_date: indexableDay(metadata.publicationDate?.start),
    publication_date_text: metadata.publicationDate?.text,
    publication_year: metadata.publicationYear,
    resource_type: metadata.resourceType && toResourceType(metadata.resourceType),
    language: metadata.language && (metadata.language.iso639_3 ?? metadata.language.text),
    version: metadata.version,
  });
}

function content(metadata: RecordMetadata) {
  return compact({
    access_right: metadata.accessRight,
    licenses: metadata.rights.filter((rights) => rights.kind === 'licence').map(toLicense),
    keywords: distinct(metadata.subjects.filter(isKeyword).map((subject) => subject.subject)),
    subjects: metadata.subjects.filter((subject) => !isKeyword(subject)).map(toSubject),
    topics: topicsOf(metadata),
    description: metadata.description,
    additional_descriptions: additionalDescriptions(metadata),
    communities: metadata.communities,
    funding: metadata.fundingReferences.map(toFunding),
    local: localText(metadata),
    locations: metadata.geoLocations.flatMap(pointsOf),
    places: distinct(metadata.geoLocations.flatMap(({ place }) => place ?? [])),
    dates: otherDates(metadata),
    available_date: indexableDay(metadata.dates.find(({ dateType }) => dateType === 'Available')?.start),
  });
}

function localText(metadata: RecordMetadata): SearchDocument['local'] {
  const { title, subjects, description, language } = metadata;
  const own = languageOf(`${title ?? ''}\n${description?.slice(0, SAMPLE_LENGTH) ?? ''}`, language?.iso639_3 ?? null);
  if (own === null) return {};
  const keywords = subjects.filter(isKeyword).map((one) => one.subject);
  const text = distinct([title ?? '', ...additionalTitles(metadata), ...keywords, description ?? ''])
    .join('\n')
    .trim();
  return text === '' ? {} : { [own]: text };
}

type Compact<T> = { -readonly [K in keyof T]?: NonNullable<T[K]> };

/** Leaves out null, undefined, '' and empty lists and objects: each would cost bytes in every document. */
function compact<T extends object>(fields: T): Compact<T> {
  const left: Record<string, unknown> = {};
  for (const name in fields) if (!isEmpty(fields[name])) left[name] = fields[name];
  return left as Compact<T>;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object') return false;
  for (const _ in value) return false;
  return true;
}

function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)];
}

function instant(value: Date | string): string {
  return value instanceof Date ? value.toISOString() : value;
}

function trailingNumber(text: string, pattern: RegExp): number | null {
  const number = Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : null;
}

/** Elasticsearch reads years of four digits, signed or not; deposits dated 20230-01-01 exist. */
function indexableDay(day: string | null | undefined): string | null {
  return day && /^-?\d{4}-\d\d-\d\d$/.test(day) ? day : null;
}

/** As written, for patterns, and in the normal form, which queries use. */
function ownIdentifiers(
  oaiIdentifier: string,
  { doi, identifier, identifierType, alternateIdentifiers }: RecordMetadata,
  swhid: string | null,
): readonly string[] {
  const written = [
    [doi, 'DOI'],
    [identifier, identifierType],
    [oaiIdentifier, null],
    [swhid, 'SWHID'],
    ...alternateIdentifiers.map(
      ({ alternateIdentifier, alternateIdentifierType }) => [alternateIdentifier, alternateIdentifierType] as const,
    ),
  ] as const;
  return distinct(written.flatMap(([text, scheme]) => (text === null ? [] : [text.toLowerCase(), comparableIdentifier(text, scheme)])));
}

function comparable(text: string | null, scheme: string | null = null): string | null {
  return text === null ? null : comparableIdentifier(text, scheme);
}

function additionalTitles(metadata: RecordMetadata): string[] {
  return distinct(metadata.titles.map((title) => title.title)).filter((title) => title !== metadata.title);
}

function otherDates({ dates }: RecordMetadata): NonNullable<SearchDocument['dates']> {
  return dates.flatMap(({ start, dateType }) => {
    const date = dateType === 'Issued' ? null : indexableDay(start);
    return date === null ? [] : [{ date, ...compact({ type: dateType }) }];
  });
}

/** Names of people are written `Family, Given` if the source does not separate the parts. */
function namePartsOf({ name, nameType, familyName, givenName }: Person) {
  const [, family = null, given = null] = nameType === 'Organizational' ? [] : (/^([^,]+),\s*([^,]+)$/.exec(name) ?? []);
  return { family_name: familyName ?? family, given_name: givenName ?? given };
}

function toPerson(person: Person): SearchPerson {
  return {
    name: person.name,
    ...compact({
      ...namePartsOf(person),
      orcid: person.orcid,
      identifiers: distinct(person.nameIdentifiers.filter((one) => one.scheme !== 'ORCID').map((one) => one.value ?? one.nameIdentifier)),
      affiliations: person.affiliations.map(({ name, ror }) => compact({ name, ror })).filter((one) => !isEmpty(one)),
    }),
  };
}

function toContributor(contributor: Contributor): SearchPerson {
  return { ...toPerson(contributor), ...compact({ role: contributor.contributorType }) };
}

function toResourceType({ general, text, type, subtype }: ResourceType) {
  return compact({ general, text, type, subtype });
}

function toLicense(rights: Rights) {
  const id = (rights.rightsIdentifier ?? rights.spdx)?.toLowerCase();
  return compact({ id, spdx: rights.spdx, title: rights.rights, url: rights.rightsUri === null ? null : licenceUrl(rights.rightsUri) });
}

/** A few licences are those of nearly all records, and an address costs as much as all that is in short texts. */
const licenceUrls = new Map<string, string>();
const MOST_LICENCES = 1_000;

function licenceUrl(text: string): string {
  const known = licenceUrls.get(text);
  if (known !== undefined) return known;
  if (licenceUrls.size >= MOST_LICENCES) licenceUrls.clear();
  // A copy: a string cut out of a page would keep the whole page in memory.
  const own = Buffer.from(text).toString();
  const form = comparableIdentifier(own);
  licenceUrls.set(own, form);
  return form;
}

function isKeyword(subject: Subject): boolean {
  return subject.subjectScheme === null && subject.valueUri === null;
}

/** What facets count. A depositor may have typed a list into the field for one keyword. */
function topicsOf({ subjects }: RecordMetadata): readonly string[] {
  return distinct(
    subjects.flatMap((one) => (isKeyword(one) ? listedKeywords(one.subject) : one.subject)).map((term) => term.replace(/\s+/g, ' ').trim()),
  );
}

function toSubject({ subject, subjectScheme, valueUri, classificationCode }: Subject) {
  return { term: subject, ...compact({ scheme: subjectScheme, identifier: comparable(valueUri ?? classificationCode, subjectScheme) }) };
}

/** Legacy Zenodo hides the references as JSON in a description; they are not prose. */
function additionalDescriptions(metadata: RecordMetadata) {
  return metadata.descriptions
    .filter(({ text }) => text !== metadata.description && !text.trimStart().startsWith('{"references"'))
    .map(({ text, descriptionType }) => ({ text, ...compact({ type: descriptionType }) }));
}

function toFunding(funding: FundingReference) {
  return compact({
    funder_name: funding.funderName,
    funder_ror: funding.funderRor,
    funder_doi: funding.funderDoi,
    award_number: funding.awardNumber,
    award_title: funding.awardTitle,
    award_url: comparable(funding.awardUri),
  });
}

function relatedIdentifiers({ relatedIdentifiers: all, conceptDoi }: RecordMetadata) {
  return all
    .filter((related) => !isConcept(related, conceptDoi) && !isCommunity(related))
    .map(({ doi, relatedIdentifier, relatedIdentifierType, relationType }) => ({
      identifier: doi ?? comparableIdentifier(relatedIdentifier, relatedIdentifierType),
      ...compact({ scheme: relatedIdentifierType, relation_type: relationType }),
    }));
}

/** Kernel 3 writes the link to the concept as IsPartOf. */
function isConcept({ doi, relationType }: RelatedIdentifier, conceptDoi: string | null): boolean {
  return doi !== null && doi === conceptDoi && (relationType === 'IsVersionOf' || relationType === 'IsPartOf');
}

function isCommunity({ relatedIdentifier, relationType }: RelatedIdentifier): boolean {
  return relationType === 'IsPartOf' && /^https?:\/\/zenodo\.org\/communities\//.test(relatedIdentifier);
}
