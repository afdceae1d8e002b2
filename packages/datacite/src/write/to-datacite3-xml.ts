import type { Contributor, FundingReference, GeoLocation, Person, RecordMetadata, RelatedIdentifier, Title } from '../record.ts';
import { isBlank } from '../values/text.ts';
import { kernel4View } from './kernel-4.ts';
import { listed } from './kernel-vocabularies.ts';
import { alternateIdentifiers, sizesAndFormats } from './shared-elements.ts';
import { tag, textTag, wrap } from './xml-writer.ts';

/** The kernel that these documents follow and declare. */
const KERNEL = '3.1';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The controlled lists of DataCite Metadata Schema 3.1. */
const RESOURCE_TYPES = words(
  'Audiovisual Collection Dataset Event Image InteractiveResource Model PhysicalObject Service Software Sound Text Workflow Other',
);
const RELATION_TYPES = words(`
  IsCitedBy Cites IsSupplementTo IsSupplementedBy IsContinuedBy Continues IsNewVersionOf IsPreviousVersionOf IsPartOf HasPart IsReferencedBy
  References IsDocumentedBy Documents IsCompiledBy Compiles IsVariantFormOf IsOriginalFormOf IsIdenticalTo HasMetadata IsMetadataFor Reviews
  IsReviewedBy IsDerivedFrom IsSourceOf`);
const IDENTIFIER_TYPES = words('ARK arXiv bibcode DOI EAN13 EISSN Handle ISBN ISSN ISTC LISSN LSID PMID PURL UPC URL URN');
const CONTRIBUTOR_TYPES = words(`
  ContactPerson DataCollector DataCurator DataManager Distributor Editor Funder HostingInstitution Other Producer ProjectLeader ProjectManager
  ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson Researcher ResearchGroup RightsHolder Sponsor Supervisor WorkPackageLeader`);
const DATE_TYPES = words('Accepted Available Collected Copyrighted Created Issued Submitted Updated Valid');
const TITLE_TYPES = words('AlternativeTitle Subtitle TranslatedTitle');
const DESCRIPTION_TYPES = words('Abstract Methods SeriesInformation TableOfContents Other');

/** Relations that kernel 4 added, and what legacy Zenodo wrote in their stead. */
const OLDER_RELATIONS: Readonly<Record<string, string>> = {
  IsVersionOf: 'IsPartOf',
  HasVersion: 'HasPart',
  IsDescribedBy: 'IsDocumentedBy',
  Describes: 'Documents',
  IsPublishedIn: 'IsPartOf',
  IsObsoletedBy: 'IsPreviousVersionOf',
  Obsoletes: 'IsNewVersionOf',
};

/**
 * The record as a DataCite `resource` of kernel 3.1, for harvesters that know no other. Kernel 3 has no funding references (they
 * become contributors of type Funder, as legacy Zenodo wrote them), no polygons, no related items, no identifiers of affiliations
 * and fewer types: values that it cannot express are left out, and so is a relation without a near one. Pure.
 */
export function toDatacite3Xml(metadata: RecordMetadata): string {
  const view = kernel4View(metadata);
  const doi = view.identifierType === 'DOI' ? view.identifier : metadata.doi;
  const others = [
    ...view.alternateIdentifiers,
    ...(doi === null && view.identifier !== null
      ? [{ alternateIdentifier: view.identifier, alternateIdentifierType: view.identifierType }]
      : []),
  ];
  const parts = [
    textTag('identifier', doi ?? '', { identifierType: 'DOI' }),
    wrap(
      'creators',
      metadata.creators.map((each) => tag('creator', {}, person(each, 'creatorName'))),
    ),
    wrap('titles', metadata.titles.map(title)),
    textTag('publisher', metadata.publisher?.name ?? null),
    textTag('publicationYear', view.publicationYear === null ? null : String(view.publicationYear).padStart(4, '0')),
    subjects(metadata),
    wrap('contributors', [
      ...view.contributors.map(contributor),
      ...metadata.fundingReferences.flatMap((each) => (each.funderName === null ? [] : [funder(each)])),
    ]),
    wrap(
      'dates',
      metadata.dates
        .filter(({ dateType }) => DATE_TYPES.has(dateType ?? ''))
        .map(({ text, dateType }) => textTag('date', text, { dateType })),
    ),
    textTag('language', metadata.language?.text ?? null),
    textTag('resourceType', metadata.resourceType === null ? null : (metadata.resourceType.text ?? view.resourceTypeGeneral), {
      resourceTypeGeneral: generalType(view.resourceTypeGeneral, metadata),
    }),
    alternateIdentifiers(others),
    wrap('relatedIdentifiers', view.relatedIdentifiers.map(relatedIdentifier)),
    ...content(metadata),
    wrap('geoLocations', metadata.geoLocations.map(geoLocation)),
  ];
  return tag(
    'resource',
    {
      xmlns: 'http://datacite.org/schema/kernel-3',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://datacite.org/schema/kernel-3 http://schema.datacite.org/meta/kernel-3/metadata.xsd',
    },
    parts.join(''),
  );
}

function subjects(metadata: RecordMetadata): string {
  return wrap(
    'subjects',
    metadata.subjects.map(({ subject, subjectScheme, schemeUri, lang }) =>
      textTag('subject', subject, { subjectScheme, schemeURI: schemeUri, 'xml:lang': lang }),
    ),
  );
}

/** What the record holds and may be used for. */
function content(metadata: RecordMetadata): string[] {
  return [
    ...sizesAndFormats(metadata),
    textTag('version', metadata.version),
    wrap(
      'rightsList',
      metadata.rights.map(({ rights, rightsUri }) => textTag('rights', rights ?? '', { rightsURI: rightsUri })),
    ),
    wrap(
      'descriptions',
      metadata.descriptions
        .filter((each) => !isBlank(each.text))
        .map(({ text, descriptionType, lang }) =>
          textTag('description', text, { descriptionType: listed(DESCRIPTION_TYPES, descriptionType, 'Other'), 'xml:lang': lang }),
        ),
    ),
  ];
}

/** The same in the `oai_datacite` wrapper of that time. */
export function toOaiDatacite3(metadata: RecordMetadata): string {
  const inner = [
    textTag('isReferenceQuality', 'true'),
    textTag('schemaVersion', KERNEL),
    textTag('datacentreSymbol', metadata.datacentreSymbol ?? ''),
    tag('payload', {}, toDatacite3Xml(metadata)),
  ];
  return tag(
    'oai_datacite',
    {
      xmlns: 'http://schema.datacite.org/oai/oai-1.0/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://schema.datacite.org/oai/oai-1.0/ http://schema.datacite.org/oai/oai-1.0/oai.xsd',
    },
    inner.join(''),
  );
}

function person(each: Person, nameElement: string): string {
  const [id] = each.nameIdentifiers;
  const name = textTag(nameElement, each.name);
  const identifier =
    id === undefined
      ? ''
      : textTag('nameIdentifier', id.nameIdentifier, {
          nameIdentifierScheme: id.nameIdentifierScheme ?? id.scheme ?? 'Other',
          schemeURI: id.schemeUri,
        });
  return name + identifier + each.affiliations.map(({ name: place }) => textTag('affiliation', place)).join('');
}

function contributor(each: Contributor): string {
  return tag('contributor', { contributorType: listed(CONTRIBUTOR_TYPES, each.contributorType, 'Other') }, person(each, 'contributorName'));
}

/** `info:eu-repo/grantAgreement/…` is how OpenAIRE names a grant of the European Commission. */
function funder({ funderName, funderRor, funderDoi, awardNumber }: FundingReference): string {
  const isEuropean = funderDoi === '10.13039/501100000780' || funderRor === '00k4n6c32';
  const grant =
    awardNumber === null
      ? null
      : `info:eu-repo/grantAgreement/${isEuropean ? 'EC' : encodeURIComponent(funderName ?? '')}//${awardNumber}/`;
  return tag(
    'contributor',
    { contributorType: 'Funder' },
    textTag('contributorName', funderName) + textTag('nameIdentifier', grant, { nameIdentifierScheme: 'info' }),
  );
}

function title({ title: text, titleType, lang }: Title): string {
  return textTag('title', text, {
    titleType: titleType === null ? null : listed(TITLE_TYPES, titleType, 'AlternativeTitle'),
    'xml:lang': lang,
  });
}

function generalType(general: string, { resourceType }: RecordMetadata): string {
  if (RESOURCE_TYPES.has(general)) return general;
  if (resourceType?.type === 'publication' || general === 'Poster' || general === 'Presentation') return 'Text';
  return resourceType?.type === 'software' ? 'Software' : 'Other';
}

function relatedIdentifier(each: RelatedIdentifier): string {
  const relationType = RELATION_TYPES.has(each.relationType ?? '') ? each.relationType : (OLDER_RELATIONS[each.relationType ?? ''] ?? null);
  if (relationType === null || !IDENTIFIER_TYPES.has(each.relatedIdentifierType ?? '')) return '';
  return textTag('relatedIdentifier', each.relatedIdentifier, {
    relatedIdentifierType: each.relatedIdentifierType,
    relationType,
    relatedMetadataScheme: each.relatedMetadataScheme,
    schemeURI: each.schemeUri,
    schemeType: each.schemeType,
  });
}

function geoLocation({ place, point, box }: GeoLocation): string {
  return tag(
    'geoLocation',
    {},
    textTag('geoLocationPoint', point && `${point.latitude} ${point.longitude}`) +
      textTag('geoLocationBox', box && `${box.south} ${box.west} ${box.north} ${box.east}`) +
      textTag('geoLocationPlace', place),
  );
}
