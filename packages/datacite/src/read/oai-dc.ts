import { communitiesOf } from './communities.ts';
import { toDate } from './dates.ts';
import { mainDescription } from './descriptions.ts';
import { dcDate, dcPublicationDate } from './dc-dates.ts';
import { dcIdentifiers, dcRelation, isZenodoDoi } from './dc-identifiers.ts';
import { dcResourceType } from './dc-types.ts';
import { awardNumberOf } from './funding.ts';
import { hasMarkup, htmlToText } from '../values/html.ts';
import { report } from './issues.ts';
import { readLanguage } from './languages.ts';
import type {
  Contributor,
  Description,
  FundingReference,
  Language,
  Mapped,
  MappingIssue,
  Person,
  RecordDate,
  RecordMetadata,
  RelatedIdentifier,
  RelatedItem,
  Rights,
  Subject,
  Title,
  XmlElement,
} from '../record.ts';
import { accessRightOf, kindOf } from './rights.ts';
import { spdxOf } from './spdx.ts';
import { attribute, isBlank, textOf } from '../values/text.ts';
import { mainTitle } from './titles.ts';

type Values = ReadonlyMap<string, readonly XmlElement[]>;

/**
 * Maps `oai_dc`. Simple Dublin Core does not say how things relate: `dc:relation` becomes a related identifier without a
 * relation type where it is an identifier and a related item with that title where it is not, the same goes for `dc:source`, and
 * `dc:coverage` is a date of type Coverage where it reads as one, else a place.
 */
export function mapOaiDc(dc: XmlElement, setSpecs: readonly string[]): Mapped {
  const issues: MappingIssue[] = [];
  const values = byName(dc);
  const texts = (name: string) => (values.get(name) ?? []).flatMap((each) => textOf(each) ?? []);
  const { own, alternate, doi } = dcIdentifiers(texts('identifier'));
  const related = relations([...texts('relation'), ...texts('source')], issues);
  const relatedIdentifiers = related.flatMap((text) => dcRelation(text) ?? []);
  const dates = [...texts('date').map((text, n) => dcDate(text, `date/${n}`, issues)), ...coveredDates(texts('coverage'))];
  const publicationDate = dcPublicationDate(dates);
  const titles = readAll(values, 'title', (title, lang): Title => ({ title, titleType: null, lang }));
  const rights = readAll(values, 'rights', toRights);
  const descriptions = readDescriptions(values.get('description') ?? []);
  const metadata: RecordMetadata = {
    format: 'oai_dc',
    kernel: null,
    schemaVersion: null,
    datacentreSymbol: null,
    identifier: own?.alternateIdentifier ?? null,
    identifierType: own?.alternateIdentifierType ?? null,
    doi,
    conceptDoi: conceptDoi(relatedIdentifiers, doi),
    title: mainTitle(titles),
    titles,
    creators: readAll(values, 'creator', toPerson),
    contributors: readAll(values, 'contributor', (name, lang): Contributor => ({ ...toPerson(name, lang), contributorType: null })),
    publisher: readAll(values, 'publisher', toPublisher)[0] ?? null,
    publicationYear: yearOf(publicationDate?.start ?? null),
    publicationDate,
    resourceType: dcResourceType(texts('type'), setSpecs, issues),
    subjects: readAll(values, 'subject', toSubject),
    dates,
    language: firstLanguage(texts('language'), issues),
    alternateIdentifiers: alternate,
    relatedIdentifiers,
    relatedItems: related.filter((text) => dcRelation(text) === null).map(toRelatedItem),
    sizes: [],
    formats: texts('format'),
    version: null,
    rights,
    accessRight: accessRightOf(rights),
    descriptions,
    description: mainDescription(descriptions),
    fundingReferences: related.flatMap((text) => toFunding(text) ?? []),
    geoLocations: places(texts('coverage')).map((place) => ({ place, point: null, box: null, polygons: [] })),
    communities: communitiesOf(
      setSpecs,
      relatedIdentifiers.map((each) => ({
        ...each,
        relationType: 'IsPartOf',
        relatedIdentifier: each.relatedIdentifier.replace(/^url:/, ''),
      })),
    ),
    references: [],
  };
  reportMissing(metadata, issues);
  return { metadata, issues };
}

// What becomes of the empty IsVersionOf of 2024 in oai_dc.
const BARE_RESOLVER = /^https?:\/\/(?:dx\.)?doi\.org\/?$/;

function relations(texts: readonly string[], issues: MappingIssue[]): string[] {
  return texts.filter((text, n) => {
    const empty = BARE_RESOLVER.test(text);
    if (empty) report(issues, 'related-identifier-empty', `relation/${n}`, text);
    return !empty;
  });
}

function byName(dc: XmlElement): Values {
  const values = new Map<string, XmlElement[]>();
  for (const child of dc.children) {
    const same = values.get(child.name);
    if (same === undefined) values.set(child.name, [child]);
    else same.push(child);
  }
  return values;
}

function readAll<T>(values: Values, name: string, make: (text: string, lang: string | null) => T): T[] {
  return (values.get(name) ?? []).flatMap((element) => {
    const text = textOf(element);
    return text === null ? [] : [make(text, attribute(element, 'xml:lang'))];
  });
}

function toPerson(name: string, lang: string | null): Person {
  return { name, nameType: null, givenName: null, familyName: null, lang, orcid: null, nameIdentifiers: [], affiliations: [] };
}

function toPublisher(name: string, lang: string | null) {
  return { name, publisherIdentifier: null, publisherIdentifierScheme: null, schemeUri: null, lang };
}

function toSubject(subject: string, lang: string | null): Subject {
  return { subject, subjectScheme: null, schemeUri: null, valueUri: null, classificationCode: null, lang };
}

const URI = /^(?:https?:\/\/|info:)\S+$/i;

function toRights(text: string, lang: string | null): Rights {
  const [rights, rightsUri] = URI.test(text) ? [null, text] : [text, null];
  const kind = kindOf(rights, rightsUri);
  const spdx = kind === 'licence' ? spdxOf(null, rightsUri, null) : null;
  return { rights, rightsUri, rightsIdentifier: null, rightsIdentifierScheme: null, schemeUri: null, lang, kind, spdx };
}

/** Zenodo escapes its HTML once more than XML asks (`&lt;p&gt;` is left after parsing); others send plain text or HTML. */
function readDescriptions(elements: readonly XmlElement[]): Description[] {
  return elements
    .filter((element) => !isBlank(element.text))
    .map((element) => ({
      description: element.text,
      text: plain(element.text),
      descriptionType: null,
      lang: attribute(element, 'xml:lang'),
    }));
}

const ESCAPED_TAG = /&lt;\/?[a-z]/i;

function plain(text: string): string {
  if (!hasMarkup(text)) return text;
  return htmlToText(ESCAPED_TAG.test(text) && !text.includes('<') ? htmlToText(text) : text);
}

function firstLanguage(texts: readonly string[], issues: MappingIssue[]): Language | null {
  const languages = texts.map((text) => readLanguage(text, issues));
  return languages.find((each) => (each?.iso639_3 ?? null) !== null) ?? languages[0] ?? null;
}

/** As in kernel 3: the last DOI minted by Zenodo, for a record whose own DOI is Zenodo's. */
function conceptDoi(related: readonly RelatedIdentifier[], doi: string | null): string | null {
  if (!isZenodoDoi(doi)) return null;
  return related.findLast((each) => isZenodoDoi(each.doi) && each.doi !== doi)?.doi ?? null;
}

function toRelatedItem(title: string): RelatedItem {
  return {
    relatedItemType: null,
    relationType: null,
    relationTypeInformation: null,
    relatedItemIdentifier: null,
    relatedItemIdentifierType: null,
    relatedMetadataScheme: null,
    schemeUri: null,
    schemeType: null,
    titles: [{ title, titleType: null, lang: null }],
    creators: [],
    contributors: [],
    publicationYear: null,
    volume: null,
    issue: null,
    number: null,
    numberType: null,
    firstPage: null,
    lastPage: null,
    publisher: null,
    edition: null,
  };
}

const GRANT = /^info:eu-repo\/grantAgreement\/([^/]+)\//i;

function toFunding(text: string): FundingReference | null {
  const funderName = GRANT.exec(text)?.[1];
  if (funderName === undefined) return null;
  return {
    funderName,
    funderIdentifier: null,
    funderIdentifierType: null,
    schemeUri: null,
    awardNumber: awardNumberOf(text),
    awardUri: text,
    awardTitle: null,
    funderRor: null,
    funderDoi: null,
  };
}

function coveredDates(coverage: readonly string[]): RecordDate[] {
  return coverage.map((text) => toDate(text, 'Coverage', null, 'coverage', [])).filter((each) => each.start !== null || each.end !== null);
}

function places(coverage: readonly string[]): string[] {
  return coverage.filter((text) => coveredDates([text]).length === 0);
}

function yearOf(day: string | null): number | null {
  return day === null ? null : Number(/^-?\d+/.exec(day)![0]);
}

function reportMissing(metadata: RecordMetadata, issues: MappingIssue[]): void {
  if (metadata.doi === null) report(issues, 'doi-missing', 'identifier', metadata.identifier);
  if (metadata.title === null) report(issues, 'title-missing', 'title');
  if (metadata.creators.length === 0) report(issues, 'creator-missing', 'creator');
  if (metadata.resourceType === null) report(issues, 'resource-type-missing', 'type');
}
