import { kernel4View } from './kernel-4.ts';
import {
  CONTRIBUTOR_TYPES,
  DATE_TYPES,
  DESCRIPTION_TYPES,
  FUNDER_IDENTIFIER_TYPES,
  listed,
  NAME_TYPES,
  NUMBER_TYPES,
  RELATED_IDENTIFIER_TYPES,
  RELATION_TYPES,
  RESOURCE_TYPES,
  TITLE_TYPES,
} from './kernel-vocabularies.ts';
import type { Contributor, FundingReference, GeoLocation, GeoPoint, Person, RecordMetadata, RelatedItem, Title } from '../record.ts';
import { isBlank } from '../values/text.ts';
import { alternateIdentifiers, sizesAndFormats } from './shared-elements.ts';
import { tag, textTag, wrap } from './xml-writer.ts';

/** The kernel of DataCite that `toDataciteXml` writes and declares. */
export const WRITTEN_KERNEL = '4.7';

/**
 * The record as a DataCite `resource` of kernel 4, without XML declaration.
 *
 * Valid against kernel 4.7 where the record was valid at its source, whatever kernel that was: funders of kernel 3 become funding
 * references, its concept DOI becomes `IsVersionOf`, HTML becomes text, values that 4.7 does not list become `Other`.
 * Values that are missing at the source stay missing. Read back by `mapMetadata`, a record that came in kernel 4.3 or later is the same.
 */
export function toDataciteXml(metadata: RecordMetadata): string {
  const view = kernel4View(metadata);
  const parts = [
    textTag('identifier', view.identifier, { identifierType: view.identifierType ?? 'Other' }),
    wrap(
      'creators',
      metadata.creators.map((each) => tag('creator', {}, person(each, 'creatorName'))),
    ),
    titles(metadata.titles),
    publisher(metadata),
    textTag('publicationYear', view.publicationYear === null ? null : String(view.publicationYear).padStart(4, '0')),
    textTag('resourceType', metadata.resourceType === null ? null : (metadata.resourceType.text ?? ''), {
      resourceTypeGeneral: view.resourceTypeGeneral,
    }),
    subjects(metadata),
    contributors(view.contributors),
    dates(metadata),
    textTag('language', metadata.language?.text ?? null),
    alternateIdentifiers(view.alternateIdentifiers),
    relatedIdentifiers(view.relatedIdentifiers),
    ...sizesAndFormats(metadata),
    textTag('version', metadata.version),
    rightsList(metadata),
    descriptions(metadata),
    wrap('geoLocations', metadata.geoLocations.map(geoLocation)),
    wrap('fundingReferences', metadata.fundingReferences.map(fundingReference)),
    wrap('relatedItems', metadata.relatedItems.map(relatedItem)),
  ];
  return tag(
    'resource',
    {
      xmlns: 'http://datacite.org/schema/kernel-4',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': `http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-${WRITTEN_KERNEL}/metadata.xsd`,
    },
    parts.join(''),
  );
}

/** The record in the `oai_datacite` wrapper, as metadata of an OAI-PMH record. `datacentreSymbol` stands in where the record has none. */
export function toOaiDatacite(metadata: RecordMetadata, datacentreSymbol = ''): string {
  const inner = [
    textTag('schemaVersion', WRITTEN_KERNEL),
    textTag('datacentreSymbol', metadata.datacentreSymbol ?? datacentreSymbol),
    tag('payload', {}, toDataciteXml(metadata)),
  ];
  return tag(
    'oai_datacite',
    {
      xmlns: 'http://schema.datacite.org/oai/oai-1.1/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://schema.datacite.org/oai/oai-1.1/ http://schema.datacite.org/oai/oai-1.1/oai.xsd',
    },
    inner.join(''),
  );
}

function person(each: Person, nameElement: string): string {
  return [
    textTag(nameElement, each.name, { nameType: listed(NAME_TYPES, each.nameType, null), 'xml:lang': each.lang }),
    textTag('givenName', each.givenName),
    textTag('familyName', each.familyName),
    ...each.nameIdentifiers.map((id) =>
      textTag('nameIdentifier', id.nameIdentifier, {
        nameIdentifierScheme: id.nameIdentifierScheme ?? id.scheme ?? 'Other',
        schemeURI: id.schemeUri,
      }),
    ),
    ...each.affiliations.map(({ name, affiliationIdentifier, affiliationIdentifierScheme, schemeUri }) =>
      textTag('affiliation', name ?? '', { affiliationIdentifier, affiliationIdentifierScheme, schemeURI: schemeUri }),
    ),
  ].join('');
}

function contributors(all: readonly Contributor[]): string {
  return wrap(
    'contributors',
    all.map((each) =>
      tag('contributor', { contributorType: listed(CONTRIBUTOR_TYPES, each.contributorType, 'Other') }, person(each, 'contributorName')),
    ),
  );
}

function titles(all: readonly Title[]): string {
  return wrap(
    'titles',
    all.map(({ title, titleType, lang }) =>
      textTag('title', title, { titleType: titleType === null ? null : listed(TITLE_TYPES, titleType, 'Other'), 'xml:lang': lang }),
    ),
  );
}

function publisher({ publisher: each }: RecordMetadata): string {
  if (each === null) return '';
  const { name, publisherIdentifier, publisherIdentifierScheme, schemeUri, lang } = each;
  return textTag('publisher', name, { publisherIdentifier, publisherIdentifierScheme, schemeURI: schemeUri, 'xml:lang': lang });
}

function subjects({ subjects: all }: RecordMetadata): string {
  return wrap(
    'subjects',
    all.map(({ subject, subjectScheme, schemeUri, valueUri, classificationCode, lang }) =>
      textTag('subject', subject, { subjectScheme, schemeURI: schemeUri, valueURI: valueUri, classificationCode, 'xml:lang': lang }),
    ),
  );
}

function dates({ dates: all }: RecordMetadata): string {
  return wrap(
    'dates',
    all.map(({ text, dateType, dateInformation }) =>
      textTag('date', text, { dateType: listed(DATE_TYPES, dateType, 'Other'), dateInformation }),
    ),
  );
}

function relatedIdentifiers(all: RecordMetadata['relatedIdentifiers']): string {
  return wrap(
    'relatedIdentifiers',
    all.map((each) =>
      textTag('relatedIdentifier', each.relatedIdentifier, {
        relatedIdentifierType: each.relatedIdentifierType,
        relationType: each.relationType,
        resourceTypeGeneral: listed(RESOURCE_TYPES, each.resourceTypeGeneral, null),
        relatedMetadataScheme: each.relatedMetadataScheme,
        schemeURI: each.schemeUri,
        schemeType: each.schemeType,
        relationTypeInformation: each.relationTypeInformation,
      }),
    ),
  );
}

function rightsList({ rights: all }: RecordMetadata): string {
  return wrap(
    'rightsList',
    all.map(({ rights, rightsUri, rightsIdentifier, rightsIdentifierScheme, schemeUri, lang }) =>
      textTag('rights', rights ?? '', {
        rightsURI: rightsUri,
        rightsIdentifier,
        rightsIdentifierScheme,
        schemeURI: schemeUri,
        'xml:lang': lang,
      }),
    ),
  );
}

function descriptions({ descriptions: all }: RecordMetadata): string {
  const written = all.filter((each) => !isBlank(each.text));
  return wrap(
    'descriptions',
    written.map(({ text, descriptionType, lang }) =>
      textTag('description', text, { descriptionType: listed(DESCRIPTION_TYPES, descriptionType, 'Other'), 'xml:lang': lang }),
    ),
  );
}

function point(name: string, each: GeoPoint): string {
  return tag(name, {}, textTag('pointLongitude', each.longitude) + textTag('pointLatitude', each.latitude));
}

function geoLocation({ place, point: at, box, polygons }: GeoLocation): string {
  return tag(
    'geoLocation',
    {},
    [
      textTag('geoLocationPlace', place),
      at === null ? '' : point('geoLocationPoint', at),
      box === null
        ? ''
        : wrap('geoLocationBox', [
            textTag('westBoundLongitude', box.west),
            textTag('eastBoundLongitude', box.east),
            textTag('southBoundLatitude', box.south),
            textTag('northBoundLatitude', box.north),
          ]),
      ...polygons.map(({ points, inPolygonPoint }) =>
        wrap('geoLocationPolygon', [
          ...points.map((each) => point('polygonPoint', each)),
          inPolygonPoint === null ? '' : point('inPolygonPoint', inPolygonPoint),
        ]),
      ),
    ].join(''),
  );
}

function fundingReference(each: FundingReference): string {
  const type = listed(FUNDER_IDENTIFIER_TYPES, each.funderIdentifierType, 'Other');
  return tag(
    'fundingReference',
    {},
    [
      textTag('funderName', each.funderName),
      textTag('funderIdentifier', each.funderIdentifier, { funderIdentifierType: type, schemeURI: each.schemeUri }),
      each.awardNumber === null && each.awardUri === null
        ? ''
        : textTag('awardNumber', each.awardNumber ?? '', { awardURI: each.awardUri }),
      textTag('awardTitle', each.awardTitle),
    ].join(''),
  );
}

// The schema fixes the order inside a related item.
function relatedItem(each: RelatedItem): string {
  const identifierType = listed(RELATED_IDENTIFIER_TYPES, each.relatedItemIdentifierType, null);
  return tag(
    'relatedItem',
    {
      relatedItemType: listed(RESOURCE_TYPES, each.relatedItemType, 'Other'),
      relationType: listed(RELATION_TYPES, each.relationType, 'Other'),
      relationTypeInformation: each.relationTypeInformation,
    },
    [
      textTag('relatedItemIdentifier', each.relatedItemIdentifier, {
        relatedItemIdentifierType: identifierType,
        relatedMetadataScheme: each.relatedMetadataScheme,
        schemeURI: each.schemeUri,
        schemeType: each.schemeType,
      }),
      wrap(
        'creators',
        each.creators.map((creator) => tag('creator', {}, person(creator, 'creatorName'))),
      ),
      titles(each.titles),
      textTag('publicationYear', each.publicationYear),
      textTag('volume', each.volume),
      textTag('issue', each.issue),
      textTag('number', each.number, { numberType: listed(NUMBER_TYPES, each.numberType, null) }),
      textTag('firstPage', each.firstPage),
      textTag('lastPage', each.lastPage),
      textTag('publisher', each.publisher),
      textTag('edition', each.edition),
      contributors(each.contributors),
    ].join(''),
  );
}
