import { encodeDoi, landingUrl, licenceUrl, personUrl } from './citation-parts.ts';
import { isIri } from './iri.ts';
import type {
  Contributor,
  EdtfDate,
  FundingReference,
  GeoLocation,
  Person,
  RecordDate,
  RecordMetadata,
  RelatedIdentifier,
} from '../record.ts';
import { type Attributes, tag, textTag } from './xml-writer.ts';

/** A file that can be had, for a `dcat:Distribution`. */
export interface DcatFile {
  readonly key: string;
  /** Bytes. */
  readonly size: number | null;
  /** Algorithm and digest: `md5:…`. */
  readonly checksum: string | null;
  readonly url: string | null;
}

const NAMESPACES: Attributes = {
  'xmlns:rdf': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  'xmlns:adms': 'http://www.w3.org/ns/adms#',
  'xmlns:dcat': 'http://www.w3.org/ns/dcat#',
  'xmlns:dct': 'http://purl.org/dc/terms/',
  'xmlns:foaf': 'http://xmlns.com/foaf/0.1/',
  'xmlns:frapo': 'http://purl.org/cerif/frapo/',
  'xmlns:locn': 'http://www.w3.org/ns/locn#',
  'xmlns:org': 'http://www.w3.org/ns/org#',
  'xmlns:owl': 'http://www.w3.org/2002/07/owl#',
  'xmlns:rdfs': 'http://www.w3.org/2000/01/rdf-schema#',
  'xmlns:schema': 'http://schema.org/',
  'xmlns:skos': 'http://www.w3.org/2004/02/skos/core#',
  'xmlns:spdx': 'http://spdx.org/rdf/terms#',
};
const XSD = 'http://www.w3.org/2001/XMLSchema#';

const RELATIONS: Readonly<Record<string, string>> = {
  IsPartOf: 'dct:isPartOf',
  HasPart: 'dct:hasPart',
  IsVersionOf: 'dct:isVersionOf',
  HasVersion: 'dct:hasVersion',
  IsNewVersionOf: 'dct:replaces',
  IsPreviousVersionOf: 'dct:isReplacedBy',
  Obsoletes: 'dct:replaces',
  IsObsoletedBy: 'dct:isReplacedBy',
  Cites: 'dct:references',
  References: 'dct:references',
  IsCitedBy: 'dct:isReferencedBy',
  IsReferencedBy: 'dct:isReferencedBy',
  IsDerivedFrom: 'dct:source',
  Requires: 'dct:requires',
  IsRequiredBy: 'dct:isRequiredBy',
  IsIdenticalTo: 'owl:sameAs',
};
const DATES: Readonly<Record<string, string>> = {
  Created: 'dct:created',
  Updated: 'dct:modified',
  Available: 'dct:available',
  Accepted: 'dct:dateAccepted',
  Submitted: 'dct:dateSubmitted',
  Copyrighted: 'dct:dateCopyrighted',
  Valid: 'dct:valid',
};
/** DCMI's types, out of resourceTypeGeneral; all others are texts. */
const DCMI_TYPES: Readonly<Record<string, string>> = {
  Dataset: 'Dataset',
  Collection: 'Collection',
  Software: 'Software',
  ComputationalNotebook: 'Software',
  Image: 'StillImage',
  Audiovisual: 'MovingImage',
  Sound: 'Sound',
  Event: 'Event',
  InteractiveResource: 'InteractiveResource',
  PhysicalObject: 'PhysicalObject',
  Service: 'Service',
};
/** https://op.europa.eu/en/web/eu-vocabularies/dataset/-/resource?uri=http://publications.europa.eu/resource/dataset/access-right */
const ACCESS = { open: 'PUBLIC', embargoed: 'RESTRICTED', restricted: 'RESTRICTED', closed: 'NON_PUBLIC' } as const;
const EU = 'http://publications.europa.eu/resource/authority';

/** The same for many records: what stands around the descriptions that `dcatDescription` makes. */
export const DCAT_LIST = (() => {
  const [begin = '', end = ''] = tag('rdf:RDF', NAMESPACES, '\n').split('\n');
  return { begin, end };
})();

/**
 * The record as DCAT in RDF/XML, with the choices of the DataCite profile of DCAT-AP (https://ec-jrc.github.io/datacite-to-dcat-ap/),
 * which is what Zenodo hands out. Files are distributions; null if they are not known.
 */
export function toDcat(metadata: RecordMetadata, files: readonly DcatFile[] | null): string {
  return tag('rdf:RDF', NAMESPACES, dcatDescription(metadata, files));
}

/** The same without the element around it, whose namespaces it needs. */
export function dcatDescription(metadata: RecordMetadata, files: readonly DcatFile[] | null): string {
  const url = landingUrl(metadata);
  const parts = [
    resource('rdf:type', 'http://www.w3.org/ns/dcat#Dataset'),
    metadata.resourceType === null
      ? ''
      : resource('dct:type', `http://purl.org/dc/dcmitype/${DCMI_TYPES[metadata.resourceType.general ?? ''] ?? 'Text'}`),
    typed('dct:identifier', url ?? metadata.identifier, url !== null && isIri(url) ? 'anyURI' : null),
    resource('foaf:page', url),
    ...metadata.creators.map((each) => agent('dct:creator', each)),
    ...metadata.contributors.map((each) => agent(contributorProperty(each), each)),
    ...metadata.titles.map((each) => worded(each.title === metadata.title ? 'dct:title' : 'dct:alternative', each.title, each.lang)),
    metadata.publisher === null ? '' : tag('dct:publisher', {}, tag('foaf:Agent', {}, textTag('foaf:name', metadata.publisher.name))),
    issued(metadata),
    ...metadata.dates.map(otherDate),
    ...metadata.subjects.map(({ subject, subjectScheme, valueUri, lang }) =>
      subjectScheme === null && valueUri === null ? worded('dcat:keyword', subject, lang) : concept(subject, subjectScheme, valueUri),
    ),
    resource('dct:language', metadata.language?.iso639_3 ? `${EU}/language/${metadata.language.iso639_3.toUpperCase()}` : null),
    ...metadata.alternateIdentifiers.map((each) =>
      tag(
        'adms:identifier',
        {},
        node('adms:Identifier', null, [
          textTag('skos:notation', each.alternateIdentifier),
          textTag('adms:schemaAgency', each.alternateIdentifierType),
        ]),
      ),
    ),
    ...metadata.relatedIdentifiers.map(relation),
    textTag('owl:versionInfo', metadata.version),
    ...metadata.descriptions.map((each) => worded('dct:description', each.text, each.lang)),
    resource('dct:accessRights', metadata.accessRight && `${EU}/access-right/${ACCESS[metadata.accessRight]}`),
    ...metadata.fundingReferences.map(funding),
    ...metadata.geoLocations.map(location),
    ...distributions(metadata, files, url),
  ];
  return node('rdf:Description', url, parts);
}

/** A node and its statements; one without an address, or with one that readers would not take, has no name. */
const node = (name: string, about: string | null, parts: readonly string[]): string =>
  tag(name, { 'rdf:about': about !== null && isIri(about) ? about : null }, parts.join(''));

/** A property whose value is something with an address; `''` if there is none that readers would take. */
const resource = (name: string, uri: string | null): string => (uri !== null && isIri(uri) ? tag(name, { 'rdf:resource': uri }, '') : '');

const typed = (name: string, text: string | number | null, type: string | null): string =>
  textTag(name, text, { 'rdf:datatype': type && XSD + type });

/** Text in a language, if `xml:lang` is a tag of one (BCP 47). */
const worded = (name: string, text: string, lang: string | null): string =>
  textTag(name, text, { 'xml:lang': lang !== null && /^[a-z]{1,8}(?:-[a-z\d]{1,8})*$/i.test(lang) ? lang : null });

const DATE_TYPES: Readonly<Record<number, string>> = { 4: 'gYear', 7: 'gYearMonth', 10: 'date' };

/** Intervals, and what is no date, stay as they are written. */
const date = (name: string, { text, start }: EdtfDate): string =>
  typed(name, text, start !== null && /^\d{4}(?:-\d\d){0,2}$/.test(text) ? DATE_TYPES[text.length]! : null);

/** The day of publication, else its year. */
function issued({ publicationDate, publicationYear }: RecordMetadata): string {
  if (publicationDate !== null) return date('dct:issued', publicationDate);
  return publicationYear === null ? '' : typed('dct:issued', publicationYear, publicationYear > 999 ? 'gYear' : null);
}

function otherDate(given: RecordDate): string {
  const { dateType, start, end } = given;
  if (dateType === 'Collected' || dateType === 'Coverage')
    return tag(
      'dct:temporal',
      {},
      node('dct:PeriodOfTime', null, [typed('dcat:startDate', start, start && 'date'), typed('dcat:endDate', end, end && 'date')]),
    );
  const name = dateType === null ? undefined : DATES[dateType];
  return name === undefined ? '' : date(name, given);
}

const contributorProperty = ({ contributorType }: Contributor): string =>
  contributorType === 'ContactPerson' ? 'dcat:contactPoint' : contributorType === 'RightsHolder' ? 'dct:rightsHolder' : 'dct:contributor';

function agent(property: string, person: Person): string {
  const kind = person.nameType === 'Personal' ? 'Person' : person.nameType === 'Organizational' ? 'Organization' : 'Agent';
  const parts = [
    resource('rdf:type', `http://xmlns.com/foaf/0.1/${kind}`),
    textTag('foaf:name', person.name),
    textTag('foaf:givenName', person.givenName),
    textTag('foaf:familyName', person.familyName),
    ...person.affiliations.map(({ name, ror: id }) =>
      tag('org:memberOf', {}, node('foaf:Organization', id && `https://ror.org/${id}`, [textTag('foaf:name', name)])),
    ),
  ];
  return tag(property, {}, node('rdf:Description', personUrl(person), parts));
}

function concept(label: string, scheme: string | null, uri: string | null): string {
  const inScheme = scheme === null ? '' : tag('skos:inScheme', {}, tag('skos:ConceptScheme', {}, textTag('dct:title', scheme)));
  return tag('dct:subject', {}, node('skos:Concept', uri, [textTag('skos:prefLabel', label), inScheme]));
}

function relation({ doi, relatedIdentifier, relationType }: RelatedIdentifier): string {
  const name = RELATIONS[relationType ?? ''] ?? 'dct:relation';
  const uri = doi === null ? relatedIdentifier : `https://doi.org/${encodeDoi(doi)}`;
  return isIri(uri) ? resource(name, uri) : tag(name, {}, node('rdf:Description', null, [textTag('dct:identifier', relatedIdentifier)]));
}

function funding({ funderName, funderRor, funderDoi, awardNumber, awardTitle, awardUri }: FundingReference): string {
  const about = funderRor !== null ? `https://ror.org/${funderRor}` : funderDoi === null ? null : `https://doi.org/${encodeDoi(funderDoi)}`;
  const funder = tag('schema:funder', {}, node('foaf:Organization', about, [textTag('foaf:name', funderName)]));
  if (awardNumber === null && awardTitle === null) return funder;
  const award = [textTag('dct:identifier', awardNumber), textTag('dct:title', awardTitle)];
  return funder + tag('frapo:isFundedBy', {}, node('foaf:Project', awardUri, award));
}

/** Well-known text has the longitude first. */
function location({ place, point, box, polygons }: GeoLocation): string {
  const wkt = (name: string, text: string): string =>
    textTag(name, text, { 'rdf:datatype': 'http://www.opengis.net/ont/geosparql#wktLiteral' });
  const ring = (points: readonly (readonly [number, number])[]): string => `POLYGON((${points.map((each) => each.join(' ')).join(', ')}))`;
  const corners =
    box &&
    ([
      [box.west, box.south],
      [box.east, box.south],
      [box.east, box.north],
      [box.west, box.north],
      [box.west, box.south],
    ] as const);
  const parts = [
    textTag('locn:geographicName', place),
    point === null ? '' : wkt('dcat:centroid', `POINT(${point.longitude} ${point.latitude})`),
    corners === null ? '' : wkt('dcat:bbox', ring(corners)),
    ...polygons.map(({ points }) => wkt('locn:geometry', ring(points.map((each) => [each.longitude, each.latitude] as const)))),
  ];
  return parts.every((part) => part === '') ? '' : tag('dct:spatial', {}, node('dct:Location', null, parts));
}

/** One for each file; if none are known, one that leads to the page. Each has the licences, since that is where DCAT-AP looks for them. */
function distributions({ rights }: RecordMetadata, files: readonly DcatFile[] | null, url: string | null): string[] {
  const licences = rights
    .filter((each) => each.kind === 'licence')
    .map(licenceUrl)
    .map((uri) => resource('dct:license', uri));
  const distribution = (parts: readonly string[]): string =>
    tag('dcat:distribution', {}, node('dcat:Distribution', null, [...licences, resource('dcat:accessURL', url), ...parts]));
  if (files === null || files.length === 0) return url === null && licences.length === 0 ? [] : [distribution([])];
  return files.map(({ key, size, checksum, url: download }) =>
    distribution([
      textTag('dct:title', key),
      resource('dcat:downloadURL', download),
      typed('dcat:byteSize', size, 'nonNegativeInteger'),
      checksumOf(checksum),
    ]),
  );
}

function checksumOf(checksum: string | null): string {
  const [, algorithm, digest] = /^(\w+):([0-9a-f]+)$/i.exec(checksum ?? '') ?? [];
  if (algorithm === undefined || digest === undefined) return '';
  const parts = [
    resource('spdx:algorithm', `http://spdx.org/rdf/terms#checksumAlgorithm_${algorithm.toLowerCase()}`),
    typed('spdx:checksumValue', digest, 'hexBinary'),
  ];
  return tag('spdx:checksum', {}, node('spdx:Checksum', null, parts));
}
