import { citationType } from './citation-types.ts';
import { container, encodeDoi } from './citation-parts.ts';
import type { DublinCoreElement, RecordMetadata, RelatedIdentifier } from '../record.ts';
import { isBlank } from '../values/text.ts';
import { tag, textTag } from './xml-writer.ts';

/**
 * The record as `oai_dc`. What came as `oai_dc` is handed on element by element, with the DOI where only the record's header has
 * it. Everything else is written with the choices of Zenodo's own: DOIs as URLs, the communities and the concept DOI among
 * the relations, access and licence among the rights, the type as info:eu-repo; elements in Zenodo's order (alphabetical).
 */
export function toOaiDc(metadata: RecordMetadata): string {
  const elements = metadata.dublinCore.length > 0 ? asItCame(metadata) : made(metadata);
  return tag(
    'oai_dc:dc',
    {
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:oai_dc': 'http://www.openarchives.org/OAI/2.0/oai_dc/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    },
    elements.map(({ element, value, lang }) => textTag(`dc:${element}`, value, { 'xml:lang': lang })).join(''),
  );
}

/** Only the elements that the schema of `oai_dc` knows can be written. */
function asItCame({ dublinCore, doi }: RecordMetadata): DublinCoreElement[] {
  const known = dublinCore.filter(({ element }) => ELEMENTS.has(element));
  const hasDoi = doi === null || known.some(({ element, value }) => element === 'identifier' && value.toLowerCase().includes(doi));
  return hasDoi ? known : [...known, { element: 'identifier', value: doiUrl(doi), lang: null }];
}

function made(metadata: RecordMetadata): DublinCoreElement[] {
  const values: Readonly<Record<string, readonly (string | null)[]>> = {
    contributor: metadata.contributors.map((each) => each.name),
    coverage: metadata.geoLocations.map((each) => each.place),
    creator: metadata.creators.map((each) => each.name),
    date: dates(metadata),
    description: metadata.descriptions.filter((each) => !isBlank(each.text)).map((each) => each.text),
    format: metadata.formats,
    identifier: identifiers(metadata),
    language: [metadata.language?.iso639_3 ?? metadata.language?.text ?? null],
    publisher: [metadata.publisher?.name ?? null],
    relation: relations(metadata),
    rights: metadata.rights.flatMap(({ rights, rightsUri, kind }) => (kind === 'access' ? [rightsUri ?? rights] : [rights, rightsUri])),
    source: [container(metadata)?.titles[0]?.title ?? null],
    subject: metadata.subjects.map((each) => each.subject),
    title: metadata.titles.map((each) => each.title),
    type: types(metadata),
  };
  return Object.entries(values).flatMap(([element, all]) =>
    all.flatMap((value) => (value === null ? [] : [{ element, value, lang: null }])),
  );
}

const ELEMENTS: ReadonlySet<string> = new Set([
  'contributor',
  'coverage',
  'creator',
  'date',
  'description',
  'format',
  'identifier',
  'language',
  'publisher',
  'relation',
  'rights',
  'source',
  'subject',
  'title',
  'type',
]);

function dates({ publicationDate, dates: all, accessRight }: RecordMetadata): (string | null)[] {
  const available = accessRight === 'embargoed' ? all.find((each) => each.dateType === 'Available') : undefined;
  return [publicationDate?.text ?? null, available === undefined ? null : `info:eu-repo/date/embargoEnd/${available.text}`];
}

function identifiers({ doi, identifier, alternateIdentifiers }: RecordMetadata): (string | null)[] {
  return [doi === null ? identifier : doiUrl(doi), ...alternateIdentifiers.map((each) => each.alternateIdentifier)];
}

/** The grants are relations in OpenAIRE's reading of Dublin Core. The concept DOI comes last, as at Zenodo: nothing else names it. */
function relations({ relatedIdentifiers, fundingReferences, conceptDoi }: RecordMetadata): string[] {
  const grants = fundingReferences.flatMap((each) => (each.awardUri?.startsWith('info:eu-repo/') === true ? each.awardUri : []));
  const others = relatedIdentifiers.filter((each) => each.doi === null || each.doi !== conceptDoi);
  return [...new Set([...grants, ...others.map(relation), ...(conceptDoi === null ? [] : [doiUrl(conceptDoi)])])];
}

function relation(related: RelatedIdentifier): string {
  return related.doi === null ? related.relatedIdentifier : doiUrl(related.doi);
}

/** As Zenodo says it. */
function types({ resourceType }: RecordMetadata): string[] {
  return resourceType === null ? [] : [`info:eu-repo/semantics/${citationType(resourceType).euRepo}`];
}

function doiUrl(doi: string): string {
  return `https://doi.org/${encodeDoi(doi)}`;
}
