import { kernel4View } from './kernel-4.ts';
import { present } from './present.ts';
import type { GeoPoint, Person, RecordMetadata, RelatedItem } from '../record.ts';
import { isBlank } from '../values/text.ts';

type Json = Record<string, unknown>;

/** The record in DataCite's JSON (the attributes of its REST API); absent fields are left out, lists are always there. */
export function toDataciteJson(metadata: RecordMetadata): Json {
  const view = kernel4View(metadata);
  return {
    ...present({ id: metadata.doi === null ? null : `https://doi.org/${metadata.doi}`, doi: metadata.doi }),
    types: present({
      resourceTypeGeneral: metadata.resourceType === null ? null : view.resourceTypeGeneral,
      resourceType: metadata.resourceType?.text,
    }),
    creators: metadata.creators.map(person),
    titles: metadata.titles.map(({ title, titleType, lang }) => present({ title, titleType, lang })),
    ...present({
      publisher: metadata.publisher === null ? null : present({ ...metadata.publisher }),
      publicationYear: view.publicationYear,
    }),
    subjects: metadata.subjects.map((each) => present({ ...each })),
    contributors: view.contributors.map((each) => ({ ...person(each), contributorType: each.contributorType ?? 'Other' })),
    dates: metadata.dates.map(({ text, dateType, dateInformation }) =>
      present({ date: text, dateType: dateType ?? 'Other', dateInformation }),
    ),
    ...present({ language: metadata.language?.text }),
    identifiers: view.identifier === null ? [] : [{ identifier: view.identifier, identifierType: view.identifierType ?? 'Other' }],
    alternateIdentifiers: view.alternateIdentifiers.map((each) => present({ ...each })),
    relatedIdentifiers: view.relatedIdentifiers.map((each) => present({ ...each, doi: null })),
    relatedItems: metadata.relatedItems.map(relatedItem),
    sizes: metadata.sizes,
    formats: metadata.formats,
    ...present({ version: metadata.version }),
    rightsList: metadata.rights.map((each) => present({ ...each, kind: null, spdx: null })),
    descriptions: metadata.descriptions
      .filter((each) => !isBlank(each.text))
      .map(({ text, descriptionType, lang }) => present({ description: text, descriptionType: descriptionType ?? 'Other', lang })),
    geoLocations: metadata.geoLocations.map(({ place, point, box, polygons }) =>
      present({
        geoLocationPlace: place,
        geoLocationPoint: point === null ? null : toPoint(point),
        geoLocationBox:
          box === null
            ? null
            : { westBoundLongitude: box.west, eastBoundLongitude: box.east, southBoundLatitude: box.south, northBoundLatitude: box.north },
        geoLocationPolygon:
          polygons.length === 0
            ? null
            : polygons.map(({ points, inPolygonPoint }) => [
                ...points.map((each) => ({ polygonPoint: toPoint(each) })),
                ...(inPolygonPoint === null ? [] : [{ inPolygonPoint: toPoint(inPolygonPoint) }]),
              ]),
      }),
    ),
    fundingReferences: metadata.fundingReferences.map((each) => present({ ...each, funderRor: null, funderDoi: null })),
    schemaVersion: 'http://datacite.org/schema/kernel-4',
  };
}

function person({ name, nameType, givenName, familyName, lang, nameIdentifiers, affiliations }: Person): Json {
  return {
    ...present({ name, nameType, givenName, familyName, lang }),
    affiliation: affiliations.map((each) => present({ ...each, ror: null })),
    nameIdentifiers: nameIdentifiers.map(({ nameIdentifier, nameIdentifierScheme, schemeUri }) =>
      present({ nameIdentifier, nameIdentifierScheme, schemeUri }),
    ),
  };
}

function relatedItem({
  relatedItemIdentifier,
  relatedItemIdentifierType,
  relatedMetadataScheme,
  schemeUri,
  schemeType,
  ...item
}: RelatedItem): Json {
  const identifier = present({ relatedItemIdentifier, relatedItemIdentifierType, relatedMetadataScheme, schemeUri, schemeType });
  return {
    ...present({ ...item, relatedItemIdentifier: relatedItemIdentifier === null ? null : identifier }),
    titles: item.titles.map((each) => present({ ...each })),
    creators: item.creators.map(person),
    contributors: item.contributors.map((each) => ({ ...person(each), contributorType: each.contributorType ?? 'Other' })),
  };
}

function toPoint({ longitude, latitude }: GeoPoint): Json {
  return { pointLongitude: longitude, pointLatitude: latitude };
}
