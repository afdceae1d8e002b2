import type { XmlElement } from '../record.ts';
import { readEdtf } from '../values/edtf.ts';
import { type JsonObject, lineOf, objectOf, objectsOf, textOf } from './json.ts';
import { stripHtml } from './strip-html.ts';
import { dataciteName, identifierTypeOf, resourceTypeOf } from './vocabularies.ts';

const NAMESPACE = 'http://datacite.org/schema/kernel-4';

/**
 * The DataCite `resource` that InvenioRDM's own serializer makes of a record (invenio-rdm-records 35.0.0, class DataCite45), as
 * the mapping of XML reads it. It holds more where the serializer drops what the JSON has and DataCite can say: related identifiers
 * of all schemes, the URIs of subjects and awards.
 */
export function toResource(record: JsonObject): XmlElement {
  const metadata = objectOf(record['metadata']);
  return element('resource', {}, [
    group('alternateIdentifiers', alternateIdentifiers(record, metadata)),
    group(
      'creators',
      objectsOf(metadata['creators']).map((person) => personOf('creator', person, {})),
    ),
    group('titles', titles(metadata)),
    textElement('publisher', {}, lineOf(metadata['publisher'])),
    textElement('publicationYear', {}, yearOf(lineOf(metadata['publication_date']))),
    group('subjects', objectsOf(metadata['subjects']).map(subjectOf)),
    group('contributors', contributors(metadata)),
    group('dates', dates(record, metadata)),
    textElement('language', {}, idOf(objectsOf(metadata['languages'])[0])),
    resourceType(metadata),
    textElement('identifier', { identifierType: 'DOI' }, lineOf(pid(record, 'doi')['identifier'])),
    group('relatedIdentifiers', relatedIdentifiers(record, metadata)),
    group(
      'sizes',
      lines(metadata['sizes']).map((size) => textElement('size', {}, size)),
    ),
    group(
      'formats',
      lines(metadata['formats']).map((format) => textElement('format', {}, format)),
    ),
    textElement('version', {}, lineOf(metadata['version'])),
    group('rightsList', rights(record, metadata)),
    group('descriptions', descriptions(metadata)),
    group('geoLocations', objectsOf(objectOf(metadata['locations'])['features']).map(locationOf)),
    group('fundingReferences', objectsOf(metadata['funding']).map(fundingOf)),
  ]);
}

type Part = XmlElement | null;

/** Attributes that are null are left out. */
function element(name: string, attributes: Readonly<Record<string, string | null>>, children: readonly Part[], text = ''): XmlElement {
  const present = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== null);
  return { name, ns: NAMESPACE, attributes: Object.fromEntries(present), children: children.filter((child) => child !== null), text };
}

const textElement = (name: string, attributes: Readonly<Record<string, string | null>>, text: string | null): Part =>
  text === null ? null : element(name, attributes, [], text);

const group = (name: string, children: readonly Part[]): Part => (children.length === 0 ? null : element(name, {}, children));

const idOf = (term: unknown): string | null => lineOf(objectOf(term)['id']);
const english = (title: unknown): string | null => lineOf(objectOf(title)['en']);
const lines = (values: unknown): string[] => (Array.isArray(values) ? values.flatMap((value) => lineOf(value) ?? []) : []);
const pid = (of: JsonObject, scheme: string): JsonObject => objectOf(objectOf(of['pids'])[scheme]);

function alternateIdentifiers(record: JsonObject, metadata: JsonObject): Part[] {
  const alternate = (type: string, value: unknown): Part =>
    textElement('alternateIdentifier', { alternateIdentifierType: type }, lineOf(value));
  const others = Object.entries(objectOf(record['pids'])).filter(([scheme]) => scheme !== 'doi');
  return [
    alternate('URL', objectOf(record['links'])['self_html']),
    ...others.map(([scheme, value]) => alternate(scheme, objectOf(value)['identifier'])),
    ...objectsOf(metadata['identifiers']).map(({ identifier, scheme }) =>
      alternate(identifierTypeOf(lineOf(scheme) ?? 'Other'), identifier),
    ),
  ];
}

function contributors(metadata: JsonObject): Part[] {
  return objectsOf(metadata['contributors']).map((person) => {
    const role = idOf(person['role']);
    return personOf('contributor', person, { contributorType: role === null ? null : (dataciteName(role) ?? 'Other') });
  });
}

function personOf(
  kind: 'creator' | 'contributor',
  { person_or_org: value, affiliations }: JsonObject,
  attributes: Record<string, string | null>,
): XmlElement {
  const person = objectOf(value);
  const nameType = { personal: 'Personal', organizational: 'Organizational' }[lineOf(person['type']) ?? ''] ?? null;
  return element(kind, attributes, [
    textElement(`${kind}Name`, { nameType }, lineOf(person['name'])),
    textElement('givenName', {}, lineOf(person['given_name'])),
    textElement('familyName', {}, lineOf(person['family_name'])),
    ...objectsOf(person['identifiers']).map(nameIdentifierOf),
    ...objectsOf(affiliations).map(affiliationOf),
  ]);
}

/** EDMO, a directory of marine organisations, has no name at DataCite. */
function nameIdentifierOf({ identifier, scheme }: JsonObject): Part {
  const name = lineOf(scheme);
  const nameIdentifierScheme = name === null ? null : name === 'edmo' ? 'URL' : identifierTypeOf(name);
  return textElement('nameIdentifier', { nameIdentifierScheme }, lineOf(identifier));
}

/** One identifier: ROR as a URL, else ISNI, GND, or the first one. */
function affiliationOf({ id, name, identifiers }: JsonObject): Part {
  const all: readonly JsonObject[] = objectsOf(identifiers);
  const preferred = ['ror', 'isni', 'gnd'].map((scheme) => all.find((each) => each['scheme'] === scheme));
  const best = preferred.find((each) => each !== undefined) ?? all[0];
  const value = best === undefined || lineOf(id) === null ? null : lineOf(best['identifier']);
  if (value === null || best === undefined) return textElement('affiliation', {}, lineOf(name));
  const scheme = lineOf(best['scheme']) ?? '';
  const known = scheme === 'ror' || scheme === 'isni' || scheme === 'gnd';
  const attributes = {
    affiliationIdentifier: scheme === 'ror' ? `https://ror.org/${value.replace(/^.*ror\.org\//, '')}` : value,
    affiliationIdentifierScheme: known ? scheme.toUpperCase() : 'OTHER',
  };
  return element('affiliation', attributes, [], lineOf(name) ?? '');
}

function titles(metadata: JsonObject): Part[] {
  const additional = objectsOf(metadata['additional_titles']).map(({ title, type, lang }) =>
    textElement('title', { titleType: named(type), 'xml:lang': idOf(lang) }, stripped(title)),
  );
  return [textElement('title', {}, stripped(metadata['title'])), ...additional];
}

function descriptions(metadata: JsonObject): Part[] {
  const additional = objectsOf(metadata['additional_descriptions']).map(({ description, type, lang }) =>
    textElement('description', { descriptionType: named(type), 'xml:lang': idOf(lang) }, stripped(description)),
  );
  return [textElement('description', { descriptionType: 'Abstract' }, stripped(metadata['description'])), ...additional];
}

/** A type that only another site has is Other, as that site's own vocabulary says. */
function named(type: unknown): string | null {
  const id = idOf(type);
  return id === null ? null : (dataciteName(id) ?? 'Other');
}

function stripped(html: unknown): string | null {
  const text = textOf(html);
  return text === null ? null : stripHtml(text);
}

function yearOf(edtf: string | null): string | null {
  const start = edtf === null ? null : readEdtf(edtf).start;
  return start === null ? null : String(Number(/^-?\d+/.exec(start)![0]));
}

function dates(record: JsonObject, metadata: JsonObject): Part[] {
  const given = objectsOf(metadata['dates']).map(({ date, type, description }) =>
    textElement('date', { dateType: named(type), dateInformation: lineOf(description) }, lineOf(date)),
  );
  const isUpdateGiven = given.some((each) => each?.attributes['dateType'] === 'Updated');
  return [
    textElement('date', { dateType: 'Issued' }, lineOf(metadata['publication_date'])),
    ...given,
    isUpdateGiven ? null : textElement('date', { dateType: 'Updated' }, lineOf(record['updated'])?.slice(0, 10) ?? null),
  ];
}

function resourceType(metadata: JsonObject): Part {
  const id = idOf(metadata['resource_type']);
  if (id === null) return null;
  const [resourceTypeGeneral, text] = resourceTypeOf(id);
  return element('resourceType', { resourceTypeGeneral }, [], text);
}

/** The id of a term that is a URI; the scheme only belongs to terms of a vocabulary. */
function subjectOf({ subject, id, scheme }: JsonObject): Part {
  const term = lineOf(id);
  const valueURI = term !== null && /^https?:\/\//.test(term) ? term : null;
  return textElement('subject', { subjectScheme: term === null ? null : lineOf(scheme), valueURI }, lineOf(subject));
}

function relatedIdentifiers(record: JsonObject, metadata: JsonObject): Part[] {
  const parent = objectOf(record['parent']);
  const concept = lineOf(pid(parent, 'doi')['identifier']);
  const issn = lineOf(objectOf(objectOf(record['custom_fields'])['journal:journal'])['issn']);
  return [
    ...objectsOf(metadata['related_identifiers']).map(relatedIdentifierOf),
    related(concept, 'DOI', 'IsVersionOf', null),
    ...communitySlugs(record).map((slug) => related(communityUrl(record, slug), 'URL', 'IsPartOf', null)),
    related(issn, 'ISSN', 'IsPartOf', 'Collection'),
  ];
}

function relatedIdentifierOf({ identifier, scheme, relation_type: relation, resource_type: type }: JsonObject): Part {
  const typeId = idOf(type);
  return related(
    lineOf(identifier),
    lineOf(scheme) === null ? null : identifierTypeOf(lineOf(scheme)!),
    named(relation),
    typeId === null ? null : resourceTypeOf(typeId)[0],
  );
}

const related = (
  identifier: string | null,
  relatedIdentifierType: string | null,
  relationType: string | null,
  resourceTypeGeneral: string | null,
): Part => textElement('relatedIdentifier', { relatedIdentifierType, relationType, resourceTypeGeneral }, identifier);

/** The slugs of the communities that a record is in, in the order of the source. */
export function communitySlugs(record: JsonObject): string[] {
  const { entries } = objectOf(objectOf(record['parent'])['communities']);
  return objectsOf(entries).flatMap((entry) => lineOf(entry['slug']) ?? []);
}

/** At the site that shows the record. */
function communityUrl(record: JsonObject, slug: string): string {
  const page = lineOf(objectOf(record['links'])['self_html']);
  const origin = page !== null && URL.canParse(page) ? new URL(page).origin : 'https://zenodo.org';
  return `${origin}/communities/${encodeURIComponent(slug)}/`;
}

/** `metadata-only` has no files, which OpenAIRE calls closed. */
const ACCESS: Readonly<Record<string, string>> = {
  open: 'open',
  embargoed: 'embargoed',
  restricted: 'restricted',
  'metadata-only': 'closed',
};

function rights(record: JsonObject, metadata: JsonObject): Part[] {
  const status = lineOf(objectOf(record['access'])['status']);
  const access = status === null ? undefined : ACCESS[status];
  const copyright = textOf(metadata['copyright']);
  return [
    ...objectsOf(metadata['rights']).map(licenceOf),
    access === undefined ? null : element('rights', { rightsURI: `info:eu-repo/semantics/${access}Access` }, []),
    textElement('rights', { rightsURI: 'http://rightsstatements.org/vocab/InC/1.0/' }, copyright === null ? null : stripHtml(copyright)),
  ];
}

/** A licence without an English title has it in another language. */
function licenceOf({ id, title, props, link }: JsonObject): XmlElement {
  const { scheme, url } = objectOf(props);
  const text = english(title) ?? lineOf(Object.values(objectOf(title))[0]) ?? '';
  const rightsIdentifier = lineOf(id);
  return element(
    'rights',
    { rightsIdentifier, rightsIdentifierScheme: rightsIdentifier === null ? null : lineOf(scheme), rightsURI: lineOf(url) ?? lineOf(link) },
    [],
    text,
  );
}

function locationOf({ place, geometry }: JsonObject): XmlElement {
  return element('geoLocation', {}, [textElement('geoLocationPlace', {}, lineOf(place)), geometryOf(objectOf(geometry))]);
}

type Position = readonly [longitude: number, latitude: number];
const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) && value.length >= 2 && typeof value[0] === 'number' && typeof value[1] === 'number';

/** GeoJSON; a form that DataCite lacks is left out. A polygon along two meridians and two parallels is a box. */
function geometryOf({ type, coordinates }: JsonObject): Part {
  if (type === 'Point' && isPosition(coordinates)) return element('geoLocationPoint', {}, pointParts(coordinates));
  if (type !== 'Polygon' || !Array.isArray(coordinates) || !Array.isArray(coordinates[0])) return null;
  const ring = (coordinates[0] as unknown[]).filter(isPosition);
  const [longitudes, latitudes] = [new Set(ring.map(([longitude]) => longitude)), new Set(ring.map(([, latitude]) => latitude))];
  if ((ring.length === 4 || ring.length === 5) && longitudes.size === 2 && latitudes.size === 2)
    return boxOf([...longitudes], [...latitudes]);
  return ring.length === 0
    ? null
    : element(
        'geoLocationPolygon',
        {},
        ring.map((point) => element('polygonPoint', {}, pointParts(point))),
      );
}

const pointParts = ([longitude, latitude]: Position): Part[] => [
  textElement('pointLongitude', {}, String(longitude)),
  textElement('pointLatitude', {}, String(latitude)),
];

function boxOf(longitudes: readonly number[], latitudes: readonly number[]): XmlElement {
  const [west, east] = longitudes.toSorted((a, b) => a - b);
  const [south, north] = latitudes.toSorted((a, b) => a - b);
  const sides = { westBoundLongitude: west, eastBoundLongitude: east, southBoundLatitude: south, northBoundLatitude: north };
  return element(
    'geoLocationBox',
    {},
    Object.entries(sides).map(([name, value]) => textElement(name, {}, String(value))),
  );
}

/** Of an award's addresses the DOI is preferred, as in the serializer. */
function fundingOf({ funder, award }: JsonObject): XmlElement {
  const { id, name } = objectOf(funder);
  const { number, title, identifiers } = objectOf(award);
  const ror = lineOf(id);
  const isRor = ror !== null && /^0[a-z0-9]{6}\d{2}$/.test(ror);
  const all: readonly JsonObject[] = objectsOf(identifiers);
  const [doi, url] = ['doi', 'url'].map((scheme) => lineOf(all.find((each) => each['scheme'] === scheme)?.['identifier'])) as [
    string | null,
    string | null,
  ];
  const awardURI = doi === null ? url : doi.startsWith('http') ? doi : `https://doi.org/${doi}`;
  const awardNumber = lineOf(number);
  return element('fundingReference', {}, [
    textElement('funderName', {}, lineOf(name)),
    textElement('funderIdentifier', { funderIdentifierType: 'ROR' }, isRor ? ror : null),
    awardNumber === null && awardURI === null ? null : element('awardNumber', { awardURI }, [], awardNumber ?? ''),
    textElement('awardTitle', {}, english(title)),
  ]);
}
