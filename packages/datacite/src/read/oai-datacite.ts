import { append } from '../values/append.ts';
import { communitiesOf } from './communities.ts';
import { publicationDate, readDates, readYear } from './dates.ts';
import { mainDescription, readDescriptions, readReferences } from './descriptions.ts';
import { normalizeDoi } from '../values/doi.ts';
import { fundingFromContributors, readFundingReferences } from './funding.ts';
import { readGeoLocations } from './geo.ts';
import { doiOfHeader, type HeaderFacts, isOfZenodo } from './header.ts';
import { report } from './issues.ts';
import { readLanguage } from './languages.ts';
import type { IssueCode } from './issues.ts';
import { isLegacy, kernelOf } from './payload.ts';
import type { Wrapper } from './payload.ts';
import { readContributors, readCreators } from './persons.ts';
import { readPublisher } from './publisher.ts';
import type {
  AlternateIdentifier,
  Contributor,
  Description,
  FundingReference,
  GeoLocation,
  Language,
  Mapped,
  MappingIssue,
  Person,
  Publisher,
  RecordDate,
  RecordMetadata,
  RelatedIdentifier,
  RelatedItem,
  ResourceType,
  Rights,
  Subject,
  Title,
  XmlElement,
} from '../record.ts';
import { conceptDoiOf, isDoiType, lastDoi, readAlternateIdentifiers, readRelatedIdentifiers } from './related-identifiers.ts';
import { readRelatedItems } from './related-items.ts';
import { readResourceType } from './resource-types.ts';
import { accessRightOf, readRights, readRightsList } from './rights.ts';
import { readSubjects } from './subjects.ts';
import { attribute, childTexts, textOf } from '../values/text.ts';
import { mainTitle, readTitles } from './titles.ts';

/** The elements of a resource, read one by one in whatever order they come. */
interface Draft {
  identifier: string | null;
  identifierType: string | null;
  titles: Title[];
  creators: Person[];
  contributors: Contributor[];
  publisher: Publisher | null;
  publicationYear: number | null;
  resourceType: ResourceType | null;
  subjects: Subject[];
  dates: RecordDate[];
  language: Language | null;
  alternateIdentifiers: AlternateIdentifier[];
  relatedIdentifiers: RelatedIdentifier[];
  relatedItems: RelatedItem[];
  sizes: string[];
  formats: string[];
  version: string | null;
  rights: Rights[];
  descriptions: Description[];
  fundingReferences: FundingReference[];
  geoLocations: GeoLocation[];
}

/**
 * Maps a DataCite `resource` of any kernel (2.2 to 4.7), by local names and regardless of their order.
 *
 * @param html whether descriptions are HTML; by default as the source of the record is known to send them
 */
export function mapResource(resource: XmlElement, wrapper: Wrapper, header: HeaderFacts, html?: 'never'): Mapped {
  const issues: MappingIssue[] = [];
  const kernel = kernelOf(resource);
  const legacy = isLegacy(resource, wrapper, kernel);
  const sent = html ?? (legacy ? 'always' : isOfZenodo(header, identifierDoi(resource)) ? 'never' : 'maybe');
  const draft = newDraft();
  for (const element of resource.children) readElement(element, draft, sent, issues);
  const doi = ownDoiOf(draft, issues) ?? doiOfHeader(header);
  const metadata: RecordMetadata = {
    format: 'oai_datacite',
    kernel,
    ...wrapper,
    ...draft,
    doi,
    conceptDoi: conceptDoiOf(draft.relatedIdentifiers, kernel, doi),
    title: mainTitle(draft.titles),
    publicationDate: publicationDate(draft.dates, legacy),
    accessRight: accessRightOf(draft.rights),
    description: mainDescription(draft.descriptions),
    fundingReferences: [...draft.fundingReferences, ...fundingFromContributors(draft.contributors)],
    communities: communitiesOf(header.setSpecs, draft.relatedIdentifiers),
    references: readReferences(draft.descriptions, issues),
    dublinCore: [],
  };
  reportMissing(metadata, issues);
  return { metadata, issues };
}

function identifierDoi({ children }: XmlElement): string | null {
  const identifier = children.find((each) => each.name === 'identifier');
  return identifier === undefined ? null : normalizeDoi(textOf(identifier));
}

function newDraft(): Draft {
  return {
    identifier: null,
    identifierType: null,
    titles: [],
    creators: [],
    contributors: [],
    publisher: null,
    publicationYear: null,
    resourceType: null,
    subjects: [],
    dates: [],
    language: null,
    alternateIdentifiers: [],
    relatedIdentifiers: [],
    relatedItems: [],
    sizes: [],
    formats: [],
    version: null,
    rights: [],
    descriptions: [],
    fundingReferences: [],
    geoLocations: [],
  };
}

// A list element given twice is not valid, but nothing of it may be lost.
function readElement(element: XmlElement, draft: Draft, html: 'always' | 'maybe' | 'never', issues: MappingIssue[]): void {
  switch (element.name) {
    case 'titles':
      append(draft.titles, readTitles(element));
      break;
    case 'creators':
      append(draft.creators, readCreators(element, 'creators', issues));
      break;
    case 'contributors':
      append(draft.contributors, readContributors(element, 'contributors', issues));
      break;
    case 'subjects':
      append(draft.subjects, readSubjects(element));
      break;
    case 'dates':
      append(draft.dates, readDates(element, issues));
      break;
    case 'alternateIdentifiers':
      append(draft.alternateIdentifiers, readAlternateIdentifiers(element, issues));
      break;
    case 'relatedIdentifiers':
      append(draft.relatedIdentifiers, readRelatedIdentifiers(element, issues));
      break;
    case 'relatedItems':
      append(draft.relatedItems, readRelatedItems(element, issues));
      break;
    case 'sizes':
      append(draft.sizes, childTexts(element, 'size'));
      break;
    case 'formats':
      append(draft.formats, childTexts(element, 'format'));
      break;
    case 'rightsList':
      append(draft.rights, readRightsList(element, issues));
      break;
    case 'descriptions':
      append(draft.descriptions, readDescriptions(element, html));
      break;
    case 'fundingReferences':
      append(draft.fundingReferences, readFundingReferences(element, issues));
      break;
    case 'geoLocations':
      append(draft.geoLocations, readGeoLocations(element, issues));
      break;
    default:
      readSingle(element, draft, issues);
  }
}

/** Of an element that may occur once, the first with text counts. */
function readSingle(element: XmlElement, draft: Draft, issues: MappingIssue[]): void {
  switch (element.name) {
    case 'identifier':
      if (draft.identifier === null) {
        draft.identifier = textOf(element);
        draft.identifierType = attribute(element, 'identifierType');
      }
      break;
    case 'publisher':
      draft.publisher ??= readPublisher(element);
      break;
    case 'publicationYear':
      draft.publicationYear ??= readYear(textOf(element), issues);
      break;
    case 'resourceType':
      draft.resourceType ??= readResourceType(element, issues);
      break;
    case 'language':
      draft.language ??= readLanguage(textOf(element), issues);
      break;
    case 'version':
      draft.version ??= textOf(element);
      break;
    case 'rights':
      addRights(element, draft);
      break;
  }
}

/** Kernel 2: one `rights` straight in the resource. */
function addRights(element: XmlElement, draft: Draft): void {
  const rights = readRights(element);
  if (rights !== null) draft.rights.push(rights);
}

/** Legacy Zenodo gave its own URL as identifier where the DOI was not its own, and the DOI as the last `IsIdenticalTo`. */
function ownDoiOf({ identifier, identifierType, relatedIdentifiers }: Draft, issues: MappingIssue[]): string | null {
  const doi = normalizeDoi(identifier);
  if (doi !== null) return doi;
  if (identifier !== null) report(issues, isDoiType(identifierType) ? 'doi-not-readable' : 'identifier-not-doi', 'identifier', identifier);
  return lastDoi(relatedIdentifiers, 'IsIdenticalTo');
}

function reportMissing(metadata: RecordMetadata, issues: MappingIssue[]): void {
  const missing: readonly (readonly [boolean, IssueCode, string])[] = [
    [metadata.identifier === null, 'identifier-missing', 'identifier'],
    [metadata.doi === null, 'doi-missing', 'identifier'],
    [metadata.title === null, 'title-missing', 'titles'],
    [metadata.creators.length === 0, 'creator-missing', 'creators'],
    [metadata.publisher === null, 'publisher-missing', 'publisher'],
    [metadata.publicationDate === null, 'publication-date-missing', 'dates'],
    [metadata.resourceType === null, 'resource-type-missing', 'resourceType'],
    [metadata.kernel === null, 'kernel-unknown', ''],
  ];
  for (const [is, code, path] of missing) if (is) report(issues, code, path);
}
