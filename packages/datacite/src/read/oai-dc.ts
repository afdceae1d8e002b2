import { communitiesOf } from './communities.ts';
import { toDate } from './dates.ts';
import { mainDescription } from './descriptions.ts';
import { dcDate, dcPublicationDate } from './dc-dates.ts';
import { dcIdentifiers, dcRelation, isZenodoDoi } from './dc-identifiers.ts';
import { dcResourceType } from './dc-types.ts';
import { awardNumberOf } from './funding.ts';
import { hasMarkup, htmlToText } from '../values/html.ts';
import { doiOfHeader, type HeaderFacts } from './header.ts';
import { journalIssue, toRelatedItem } from './dc-sources.ts';
import { report } from './issues.ts';
import { readLanguage } from './languages.ts';
import type {
  Contributor,
  Description,
  DublinCoreElement,
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
 * relation type if it is an identifier and a related item with that title if it is not, the same goes for `dc:source` unless it
 * names the issue of a journal, and `dc:coverage` is a date of type Coverage where it reads as one, else a place.
 */
export function mapOaiDc(dc: XmlElement, header: HeaderFacts): Mapped {
  const { setSpecs } = header;
  const issues: MappingIssue[] = [];
  const ojs = isOfOjs(header);
  const values = byName(ojs ? dc.children.map(unescaped) : dc.children);
  const toPerson = ojs ? toOjsPerson : toNamed;
  const texts = (name: string) => (values.get(name) ?? []).flatMap((each) => textOf(each) ?? []);
  const { own, alternate, doi: ownDoi } = dcIdentifiers(texts('identifier'));
  const doi = ownDoi ?? doiOfHeader(header);
  const related = relatedWorks(texts('relation'), texts('source'), issues);
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
    conceptDoi: conceptDoi(related.identifiers, doi),
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
    relatedIdentifiers: related.identifiers,
    relatedItems: related.items,
    sizes: [],
    formats: texts('format'),
    version: null,
    rights,
    accessRight: accessRightOf(rights),
    descriptions,
    description: mainDescription(descriptions),
    fundingReferences: related.fundingReferences,
    geoLocations: places(texts('coverage')).map((place) => ({ place, point: null, box: null, polygons: [] })),
    communities: communitiesOf(setSpecs, related.identifiers.map(asPart)),
    references: [],
    dublinCore: elementsOf(dc),
  };
  reportMissing(metadata, issues);
  return { metadata, issues };
}

/** What `dc:relation` and `dc:source` name: identifiers, works by their titles, and grants. */
function relatedWorks(
  relation: readonly string[],
  source: readonly string[],
  issues: MappingIssue[],
): Pick<RecordMetadata, 'fundingReferences'> & {
  readonly identifiers: readonly RelatedIdentifier[];
  readonly items: readonly RelatedItem[];
} {
  const all = withoutEmpty([...relation, ...source], issues);
  const isTitle = (text: string): boolean => all.includes(text) && dcRelation(text) === null;
  return {
    identifiers: all.flatMap((text) => dcRelation(text) ?? []),
    items: [
      ...relation.filter(isTitle).map(toRelatedItem),
      ...source.filter(isTitle).map((text) => journalIssue(text) ?? toRelatedItem(text)),
    ],
    fundingReferences: all.flatMap((text) => toFunding(text) ?? []),
  };
}

/** A relation to a community is no relation in simple Dublin Core: its URL says it. */
function asPart(related: RelatedIdentifier): RelatedIdentifier {
  return { ...related, relationType: 'IsPartOf', relatedIdentifier: related.relatedIdentifier.replace(/^url:/, '') };
}

function elementsOf(dc: XmlElement): DublinCoreElement[] {
  return dc.children.flatMap((element) => {
    const value = element.name === 'description' ? (isBlank(element.text) ? null : element.text) : textOf(element);
    return value === null ? [] : [{ element: element.name, value, lang: attribute(element, 'xml:lang') }];
  });
}

// What becomes of the empty IsVersionOf of 2024 in oai_dc.
const BARE_RESOLVER = /^https?:\/\/(?:dx\.)?doi\.org\/?$/;

function withoutEmpty(texts: readonly string[], issues: MappingIssue[]): string[] {
  return texts.filter((text, n) => {
    const empty = BARE_RESOLVER.test(text);
    if (empty) report(issues, 'related-identifier-empty', `relation/${n}`, text);
    return !empty;
  });
}

function byName(elements: readonly XmlElement[]): Values {
  const values = new Map<string, XmlElement[]>();
  for (const child of elements) {
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

function toNamed(name: string, lang: string | null): Person {
  return { name, nameType: null, givenName: null, familyName: null, lang, orcid: null, nameIdentifiers: [], affiliations: [] };
}

/** Open Journal Systems, whose articles are called `oai:journal.example.org:article/123`. */
const isOfOjs = ({ identifier }: HeaderFacts): boolean => /^oai:[^:/\s]+:article\/\d+$/.test(identifier);

/** OJS puts the affiliation after the name: `Family, Given; University`. */
function toOjsPerson(text: string, lang: string | null): Person {
  const [, name, affiliation] = /^([^;]+); (.+)$/.exec(text) ?? [];
  if (name === undefined || affiliation === undefined) return toNamed(text, lang);
  const affiliations = [{ name: affiliation, affiliationIdentifier: null, affiliationIdentifierScheme: null, schemeUri: null, ror: null }];
  return { ...toNamed(name, lang), affiliations };
}

/** OJS escapes its HTML once more than XML asks, everywhere; descriptions are distinguished from text anyway. */
function unescaped(element: XmlElement): XmlElement {
  return element.name === 'description' ? element : { ...element, text: plain(element.text) };
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
