import { parseXml } from '@thresher/oai';
import type { XmlElement } from '@thresher/oai';
import { communitySet } from '../corpus/communities.ts';
import { extrasOf } from './extras.ts';
import type { Extras } from './extras.ts';
import { paragraphsHtml, titleHtml } from './html-of.ts';
import type { RecordState } from '../repository/journal.ts';
import { hash, hashText } from '../random.ts';
import { idOfName, resourceTypeTerm } from './rdm-types.ts';
import type { Repository } from '../repository/repository.ts';

/** A record in both forms of the monthly dumps. */
export interface DumpedRecord {
  readonly recid: string;
  /** The record as InvenioRDM's REST projection shows it. */
  readonly json: Readonly<Record<string, unknown>>;
  /** An `oai_datacite` document. */
  readonly xml: string;
  readonly extras: Extras;
  /** open, restricted, embargoed or metadata-only. */
  readonly access: string;
}

const ZENODO = 'https://zenodo.org';

/**
 * A record as the exporter writes it. The JSON is made from the XML, so that both say the same; it adds what OAI-PMH does not
 * carry (`extras.ts`). The landing page and the communities are in both, as in Zenodo's dumps and not in its lists.
 */
export function dumpedRecord(repository: Repository, state: RecordState): DumpedRecord {
  const xml = documentOf(repository, state);
  const resource = findResource(parseXml(xml));
  const recid = repository.corpus.identifier(state.number).split(':').at(-1)!;
  const [typeId, issn, access] = [resourceType(resource).id, journalIssn(resource), accessStatus(resource)];
  const extras = extrasOf(repository, state, { typeId, issn, access });
  return { recid, xml, extras, access, json: rdmRecord(repository, state, recid, resource, extras) };
}

/** The document of a dump: declared, with the landing page among the alternate identifiers. */
function documentOf({ corpus }: Repository, state: RecordState): string {
  const identifier = corpus.identifier(state.number);
  const bytes = corpus.metadata(state.number, state, 'oai_datacite', 'get');
  const text = Buffer.from(bytes, 'latin1').toString().trim();
  // In a list the prefix is declared further out.
  const own = text.includes('xmlns:xsi=')
    ? text
    : text.replace('<oai_datacite ', '<oai_datacite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ');
  const page = `<alternateIdentifier alternateIdentifierType="URL">${ZENODO}/records/${identifier.split(':').at(-1)}</alternateIdentifier>`;
  const whole = own.includes(page)
    ? own
    : own.replace(/(<alternateIdentifiers>\s*)/, (head) => `${head}${page}${head.slice(head.indexOf('>') + 1)}`);
  return `<?xml version='1.0' encoding='utf-8'?>\n${whole}\n`;
}

function findResource(element: XmlElement): XmlElement {
  if (element.name === 'resource') return element;
  for (const child of element.children) {
    const found = findResource(child);
    if (found.name === 'resource') return found;
  }
  return element;
}

const listed = (resource: XmlElement, list: string): readonly XmlElement[] =>
  resource.children.filter(({ name }) => name === list).flatMap(({ children }) => children);
const child = (element: XmlElement, name: string): XmlElement | undefined => element.children.find((it) => it.name === name);
const textOf = (element: XmlElement | undefined): string | undefined => element?.text.trim() || undefined;

/** Without the members that are undefined and the lists that are empty. */
function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members))
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) kept[name] = value;
  return kept;
}

function resourceType(resource: XmlElement): ReturnType<typeof resourceTypeTerm> {
  const element = child(resource, 'resourceType');
  return resourceTypeTerm(element?.attributes['resourceTypeGeneral'] ?? '', textOf(element) ?? '');
}

const INFO_ACCESS = /^info:eu-repo\/semantics\/(open|restricted|embargoed|closed)Access$/;

function accessStatus(resource: XmlElement): string {
  const shown = listed(resource, 'rightsList').flatMap(({ attributes }) => INFO_ACCESS.exec(attributes['rightsURI'] ?? '')?.[1] ?? []);
  return shown[0] === 'closed' ? 'metadata-only' : (shown[0] ?? 'open');
}

const isIssn = ({ attributes }: XmlElement): boolean =>
  attributes['relatedIdentifierType'] === 'ISSN' && attributes['relationType'] === 'IsPartOf';
const isCommunity = ({ text }: XmlElement): boolean => /^https?:\/\/zenodo\.org\/communities\//.test(text.trim());
const conceptOf = (resource: XmlElement): XmlElement | undefined =>
  listed(resource, 'relatedIdentifiers').findLast(
    ({ attributes }) => attributes['relationType'] === 'IsVersionOf' && attributes['relatedIdentifierType'] === 'DOI',
  );
const journalIssn = (resource: XmlElement): string | null => textOf(listed(resource, 'relatedIdentifiers').find(isIssn)) ?? null;

function rdmRecord(
  repository: Repository,
  state: RecordState,
  recid: string,
  resource: XmlElement,
  extras: Extras,
): Record<string, unknown> {
  const identifier = repository.corpus.identifier(state.number);
  const doi = textOf(child(resource, 'identifier'));
  const concept = textOf(conceptOf(resource));
  const conceptRecid = concept?.split('.').at(-1) ?? String(Number(recid) - 1);
  const access = accessStatus(resource);
  const pid = (value: string) =>
    value.startsWith('10.5281/')
      ? { identifier: value, provider: 'datacite', client: 'datacite' }
      : { identifier: value, provider: 'external' };
  return {
    id: recid,
    created: extras.created,
    updated: `${new Date(state.datestamp).toISOString().slice(0, 23)}${String(hash(repository.seed, state.number, 95) % 1000).padStart(3, '0')}+00:00`,
    links: linksOf(recid, conceptRecid, doi),
    revision_id: 4 + state.metadataVersion,
    parent: {
      id: conceptRecid,
      access: { owned_by: { user: String(1 + (hash(repository.seed, state.number, 96) % 9_000)) } },
      communities: communitiesOf(state.setSpecs),
      pids: concept === undefined ? {} : { doi: pid(concept) },
    },
    versions: { index: extras.versionIndex, is_latest: extras.isLatest },
    is_published: true,
    is_draft: false,
    pids: { ...(doi === undefined ? {} : { doi: pid(doi) }), oai: { identifier, provider: 'oai' } },
    metadata: metadataOf(resource, identifier, recid, extras),
    custom_fields: extras.customFields,
    access: {
      record: 'public',
      files: access === 'restricted' || access === 'embargoed' ? 'restricted' : 'public',
      embargo: {
        active: access === 'embargoed',
        ...(extras.embargoUntil === null ? {} : { until: extras.embargoUntil }),
        reason: null,
      },
      status: access,
    },
    files: filesObject(access, extras),
    media_files: { enabled: false, order: [], count: 0, total_bytes: 0, entries: {} },
    status: 'published',
    deletion_status: { is_deleted: false, status: 'P' },
    stats: extras.stats,
    swh: extras.swhid === null ? {} : { swhid: extras.swhid },
  };
}

function linksOf(recid: string, conceptRecid: string, doi: string | undefined): Record<string, string> {
  const self = `${ZENODO}/api/records/${recid}`;
  return {
    self,
    self_html: `${ZENODO}/records/${recid}`,
    ...(doi === undefined ? {} : { doi: `https://doi.org/${doi}`, self_doi: `https://doi.org/${doi}` }),
    parent: `${ZENODO}/api/records/${conceptRecid}`,
    parent_html: `${ZENODO}/records/${conceptRecid}`,
    files: `${self}/files`,
    media_files: `${self}/media-files`,
    archive: `${self}/files-archive`,
    latest: `${self}/versions/latest`,
    latest_html: `${ZENODO}/records/${recid}/latest`,
    versions: `${self}/versions`,
    communities: `${self}/communities`,
  };
}

/** Files of restricted and embargoed records are not shown, metadata alone have none. */
function filesObject(access: string, { files }: Extras): object {
  if (access === 'metadata-only') return { enabled: false, order: [], count: 0, total_bytes: 0, entries: {} };
  if (access !== 'open') return { enabled: true };
  const entries = files.map((file) => [file.key, { ...file, storage_class: 'L', metadata: null, access: { hidden: false } }] as const);
  return {
    enabled: true,
    order: [],
    count: files.length,
    total_bytes: files.reduce((sum, { size }) => sum + size, 0),
    entries: Object.fromEntries(entries),
  };
}

/** The UUID that a community has in the simulator. */
function communityUuid(slug: string): string {
  const hex = [1, 2, 3, 4]
    .map((i) =>
      hashText(slug, i * 0x9e3779b1)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function communitiesOf(setSpecs: readonly string[]): object {
  const slugs = setSpecs.flatMap((setSpec) => (setSpec.startsWith('user-') ? [setSpec.slice(5)] : []));
  if (slugs.length === 0) return {};
  return { ids: slugs.map(communityUuid), default: communityUuid(slugs[0]!), entries: slugs.map(communityEntry) };
}

function communityEntry(slug: string): object {
  const roll = hashText(slug);
  return {
    id: communityUuid(slug),
    created: '2021-02-03T08:00:00.000001+00:00',
    updated: '2025-06-07T09:10:11.121314+00:00',
    links: {},
    revision_id: 3,
    slug,
    metadata: present({
      title: communitySet(slug).setName.trim(),
      type: roll % 4 === 0 ? undefined : { id: ['topic', 'organization', 'project', 'event'][roll % 4] },
      website: roll % 3 === 0 ? `https://${slug.replaceAll('_', '-')}.example.org` : undefined,
      organizations: roll % 5 === 0 ? [{ name: 'Northmere University' }] : undefined,
    }),
    children: { allow: false },
    access: { visibility: 'public', member_policy: 'open', record_submission_policy: 'open' },
  };
}

function metadataOf(
  resource: XmlElement,
  identifier: string,
  recid: string,
  { references, moreLanguages }: Extras,
): Record<string, unknown> {
  const [title, ...titles] = listed(resource, 'titles');
  const dates = listed(resource, 'dates');
  const issued = dates.find(({ attributes }) => attributes['dateType'] === 'Issued');
  const abstract = listed(resource, 'descriptions').find(({ attributes }) => attributes['descriptionType'] === 'Abstract');
  const language = textOf(child(resource, 'language'));
  return present({
    resource_type: resourceType(resource),
    creators: listed(resource, 'creators').map((it) => present({ ...personOf(it, 'creatorName'), role: roleOf(it) })),
    title: titleHtml(title?.text ?? ''),
    additional_titles: titles.map((it) =>
      present({ title: titleHtml(it.text), type: { id: idOfName(it.attributes['titleType'] ?? 'other', true) }, lang: langOf(it) }),
    ),
    publisher: textOf(child(resource, 'publisher')),
    publication_date: textOf(issued),
    subjects: listed(resource, 'subjects').map(subjectOf),
    contributors: listed(resource, 'contributors').map((it) => ({
      ...personOf(it, 'contributorName'),
      role: { id: idOfName(it.attributes['contributorType'] ?? 'other') },
    })),
    dates: dates
      .filter((it) => it !== issued && it.attributes['dateType'] !== 'Updated')
      .map((it) =>
        present({
          date: textOf(it),
          type: { id: idOfName(it.attributes['dateType'] ?? 'other') },
          description: it.attributes['dateInformation'],
        }),
      ),
    languages: [...(language === undefined ? [] : [language]), ...(language === undefined ? [] : moreLanguages)].map((id) => ({
      id,
      title: { en: id },
    })),
    identifiers: listed(resource, 'alternateIdentifiers')
      .filter(({ text }) => text.trim() !== identifier && text.trim() !== `${ZENODO}/records/${recid}`)
      .map(({ text, attributes }) => ({ identifier: text.trim(), scheme: idOfName(attributes['alternateIdentifierType'] ?? 'other') })),
    related_identifiers: relatedOf(resource),
    sizes: listed(resource, 'sizes').map(({ text }) => text),
    formats: listed(resource, 'formats').map(({ text }) => text),
    version: textOf(child(resource, 'version')),
    rights: listed(resource, 'rightsList').flatMap(licenceOf),
    copyright: textOf(listed(resource, 'rightsList').find(({ attributes }) => attributes['rightsURI'] === IN_COPYRIGHT)),
    description: abstract === undefined ? undefined : paragraphsHtml(abstract.text),
    additional_descriptions: listed(resource, 'descriptions')
      .filter((it) => it !== abstract)
      .map((it) => ({ description: paragraphsHtml(it.text), type: { id: idOfName(it.attributes['descriptionType'] ?? 'other', true) } })),
    locations: placesOf(listed(resource, 'geoLocations')),
    funding: listed(resource, 'fundingReferences').map(fundingOf),
    references,
  });
}

const IN_COPYRIGHT = 'http://rightsstatements.org/vocab/InC/1.0/';

function langOf({ attributes }: XmlElement): object | undefined {
  return attributes['xml:lang'] === undefined ? undefined : { id: attributes['xml:lang'] };
}

function personOf(element: XmlElement, nameElement: string): Record<string, unknown> {
  const name = child(element, nameElement);
  const all = (wanted: string): readonly XmlElement[] => element.children.filter((it) => it.name === wanted);
  return present({
    person_or_org: present({
      type: name?.attributes['nameType'] === 'Organizational' ? 'organizational' : 'personal',
      name: textOf(name),
      given_name: textOf(child(element, 'givenName')),
      family_name: textOf(child(element, 'familyName')),
      identifiers: all('nameIdentifier').map((it) => ({
        identifier: it.text,
        scheme: idOfName(it.attributes['nameIdentifierScheme'] ?? 'other'),
      })),
    }),
    affiliations: all('affiliation').map(affiliationOf),
  });
}

/** One creator in eight has a role, which depends on the name. */
function roleOf(creator: XmlElement): object | undefined {
  const roll = hashText(textOf(child(creator, 'creatorName')) ?? '') % 16;
  return roll > 1 ? undefined : { id: ['projectleader', 'datamanager'][roll] };
}

function affiliationOf({ text, attributes }: XmlElement): Record<string, unknown> {
  const value = attributes['affiliationIdentifier'];
  if (value === undefined) return { name: text };
  const isRor = attributes['affiliationIdentifierScheme'] === 'ROR';
  const bare = isRor ? value.replace('https://ror.org/', '') : value;
  return { id: bare, name: text, identifiers: [{ identifier: bare, scheme: isRor ? 'ror' : 'edmo' }] };
}

function subjectOf({ text, attributes }: XmlElement): Record<string, unknown> {
  const scheme = attributes['subjectScheme'];
  return scheme === undefined ? { subject: text } : { id: `${idOfName(scheme)}:${hashText(text)}`, subject: text, scheme };
}

/** Those of the depositor: the concept, the communities and the journal have other places. */
function relatedOf(resource: XmlElement): object[] {
  const concept = conceptOf(resource);
  return listed(resource, 'relatedIdentifiers')
    .filter((it) => it !== concept && !isIssn(it) && !isCommunity(it))
    .map(({ text, attributes }) =>
      present({
        identifier: text.trim(),
        scheme: idOfName(attributes['relatedIdentifierType'] ?? 'other'),
        relation_type: { id: idOfName(attributes['relationType'] ?? 'references') },
        resource_type:
          attributes['resourceTypeGeneral'] === undefined ? undefined : resourceTypeTerm(attributes['resourceTypeGeneral'], ''),
      }),
    );
}

function licenceOf({ text, attributes }: XmlElement): object[] {
  const { rightsIdentifier, rightsIdentifierScheme, rightsURI = '' } = attributes;
  if (INFO_ACCESS.test(rightsURI) || rightsURI === IN_COPYRIGHT) return [];
  const names = { title: { en: text }, description: { en: '' } };
  return [
    rightsIdentifier === undefined
      ? present({ ...names, link: rightsURI || undefined })
      : { id: rightsIdentifier, ...names, props: { url: rightsURI, scheme: rightsIdentifierScheme ?? '' } },
  ];
}

function placesOf(places: readonly XmlElement[]): object | undefined {
  if (places.length === 0) return undefined;
  return { features: places.map((it) => present({ place: textOf(child(it, 'geoLocationPlace')), geometry: geometryOf(it) })) };
}

function geometryOf(place: XmlElement): object | undefined {
  const [point, box] = [child(place, 'geoLocationPoint'), child(place, 'geoLocationBox')];
  const number = (element: XmlElement, name: string): number => Number(textOf(child(element, name)));
  if (point !== undefined) return { type: 'Point', coordinates: [number(point, 'pointLongitude'), number(point, 'pointLatitude')] };
  if (box === undefined) return undefined;
  const [west, east, south, north] = ['westBoundLongitude', 'eastBoundLongitude', 'southBoundLatitude', 'northBoundLatitude'].map((name) =>
    number(box, name),
  );
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  };
}

function fundingOf(element: XmlElement): Record<string, unknown> {
  const number = textOf(child(element, 'awardNumber'));
  const title = textOf(child(element, 'awardTitle'));
  const ror = textOf(child(element, 'funderIdentifier'));
  return present({
    funder: present({ id: ror, name: textOf(child(element, 'funderName')) }),
    award:
      number === undefined
        ? undefined
        : present({
            id: `${ror}::${number}`,
            number,
            title: title === undefined ? undefined : { en: title },
            acronym: `OIF${number.slice(-2)}`,
            program: `OIF.${Number(number.slice(-1)) || 1}`,
          }),
  });
}
