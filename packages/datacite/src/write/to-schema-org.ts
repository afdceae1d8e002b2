import { encodeDoi, landingUrl, licenceUrl, personUrl } from './citation-parts.ts';
import { citationType } from './citation-types.ts';
import { present } from './present.ts';
import type { FundingReference, GeoLocation, Person, RecordMetadata, RelatedIdentifier } from '../record.ts';

type Json = Record<string, unknown>;

// What DataCite's relations are called in schema.org, as seen from the record.
const RELATIONS: Readonly<Record<string, string>> = {
  IsPartOf: 'isPartOf',
  IsPublishedIn: 'isPartOf',
  HasPart: 'hasPart',
  Cites: 'citation',
  References: 'citation',
  IsSupplementTo: 'isBasedOn',
  IsDerivedFrom: 'isBasedOn',
  IsVersionOf: 'exampleOfWork',
  HasVersion: 'workExample',
  IsIdenticalTo: 'sameAs',
  IsTranslationOf: 'translationOfWork',
  HasTranslation: 'workTranslation',
  IsDescribedBy: 'subjectOf',
  IsDocumentedBy: 'subjectOf',
  IsCitedBy: 'subjectOf',
  IsReferencedBy: 'subjectOf',
};

/** The record as schema.org JSON-LD, as search engines for data sets read it. */
export function toSchemaOrg(metadata: RecordMetadata): Json {
  const type = citationType(metadata.resourceType).schemaOrg;
  const url = landingUrl(metadata);
  const updated = metadata.dates.findLast((each) => each.dateType === 'Updated');
  return {
    '@context': 'https://schema.org/',
    '@type': type,
    ...present({
      '@id': url,
      identifier: metadata.doi === null ? metadata.identifier : `https://doi.org/${encodeDoi(metadata.doi)}`,
      url,
      name: metadata.title,
      alternateName: some(metadata.titles.filter((each) => each.title !== metadata.title).map((each) => each.title)),
      description: metadata.description,
      creator: some(metadata.creators.map(agent)),
      contributor: some(metadata.contributors.filter((each) => each.contributorType !== 'Funder').map(agent)),
      publisher: metadata.publisher === null ? null : { '@type': 'Organization', name: metadata.publisher.name },
      datePublished: metadata.publicationDate?.text ?? metadata.publicationYear?.toString(),
      dateModified: updated?.text,
      dateCreated: metadata.dates.find((each) => each.dateType === 'Created')?.text,
      temporalCoverage: some(
        metadata.dates.filter((each) => each.dateType === 'Coverage' || each.dateType === 'Collected').map((each) => each.text),
      ),
      spatialCoverage: some(metadata.geoLocations.map(place)),
      keywords: some(metadata.subjects.map((each) => each.subject)),
      inLanguage: metadata.language?.iso639_1 ?? metadata.language?.iso639_3 ?? metadata.language?.text,
      version: metadata.version,
      license: some(licences(metadata)),
      isAccessibleForFree: metadata.accessRight === null ? null : metadata.accessRight === 'open',
      encodingFormat: some(metadata.formats),
      funding: some(metadata.fundingReferences.map(grant)),
      ...relations(metadata.relatedIdentifiers),
    }),
  };
}

function some<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

function agent(person: Person): Json {
  const organisation = person.nameType === 'Organizational';
  return {
    '@type': organisation ? 'Organization' : 'Person',
    ...present({
      '@id': personUrl(person),
      name: person.name,
      givenName: person.givenName,
      familyName: person.familyName,
      affiliation: some(
        person.affiliations.map(({ name, ror: id }) => ({
          '@type': 'Organization',
          ...present({ '@id': id === null ? null : `https://ror.org/${id}`, name }),
        })),
      ),
    }),
  };
}

function licences({ rights }: RecordMetadata): string[] {
  return rights.filter((each) => each.kind === 'licence').flatMap((each) => licenceUrl(each) ?? each.rights ?? []);
}

function grant(each: FundingReference): Json {
  const funderId =
    each.funderRor !== null ? `https://ror.org/${each.funderRor}` : each.funderDoi === null ? null : `https://doi.org/${each.funderDoi}`;
  return {
    '@type': 'Grant',
    ...present({
      identifier: each.awardNumber,
      name: each.awardTitle,
      url: each.awardUri,
      funder: { '@type': 'Organization', ...present({ '@id': funderId, name: each.funderName }) },
    }),
  };
}

/** schema.org writes latitude first; a box is south-west and north-east. */
function place({ place: name, point, box, polygons }: GeoLocation): Json {
  const shape =
    point !== null
      ? { '@type': 'GeoCoordinates', latitude: point.latitude, longitude: point.longitude }
      : box !== null
        ? { '@type': 'GeoShape', box: `${box.south} ${box.west} ${box.north} ${box.east}` }
        : polygons[0] === undefined
          ? null
          : { '@type': 'GeoShape', polygon: polygons[0].points.map((each) => `${each.latitude} ${each.longitude}`).join(' ') };
  return { '@type': 'Place', ...present({ name, geo: shape }) };
}

function relations(related: readonly RelatedIdentifier[]): Json {
  const found: Record<string, Json[]> = {};
  for (const each of related) {
    const name = each.relationType === null ? undefined : RELATIONS[each.relationType];
    if (name === undefined) continue;
    const id = each.doi === null ? each.relatedIdentifier : `https://doi.org/${encodeDoi(each.doi)}`;
    (found[name] ??= []).push({ '@type': 'CreativeWork', ...(/^https?:/.test(id) ? { '@id': id } : { identifier: id }) });
  }
  return found;
}
