import { citationType } from './citation-types.ts';
import { container, encodeDoi } from './citation-parts.ts';
import type { RecordMetadata, RelatedIdentifier } from '../record.ts';
import { isBlank } from '../values/text.ts';
import { tag, textTag } from './xml-writer.ts';

/**
 * The record as `oai_dc`, with the choices of Zenodo's own: DOIs as URLs, the communities and the concept DOI among the
 * relations, access and licence among the rights, the type as info:eu-repo. Element order is Zenodo's (alphabetical).
 */
export function toOaiDc(metadata: RecordMetadata): string {
  const values: readonly (readonly [string, readonly (string | null)[]])[] = [
    ['contributor', metadata.contributors.map((each) => each.name)],
    ['coverage', metadata.geoLocations.map((each) => each.place)],
    ['creator', metadata.creators.map((each) => each.name)],
    ['date', dates(metadata)],
    ['description', metadata.descriptions.filter((each) => !isBlank(each.text)).map((each) => each.text)],
    ['format', metadata.formats],
    ['identifier', identifiers(metadata)],
    ['language', [metadata.language?.iso639_3 ?? metadata.language?.text ?? null]],
    ['publisher', [metadata.publisher?.name ?? null]],
    ['relation', relations(metadata)],
    ['rights', metadata.rights.flatMap(({ rights, rightsUri, kind }) => (kind === 'access' ? [rightsUri ?? rights] : [rights, rightsUri]))],
    ['source', [container(metadata)?.titles[0]?.title ?? null]],
    ['subject', metadata.subjects.map((each) => each.subject)],
    ['title', metadata.titles.map((each) => each.title)],
    ['type', types(metadata)],
  ];
  return tag(
    'oai_dc:dc',
    {
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:oai_dc': 'http://www.openarchives.org/OAI/2.0/oai_dc/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    },
    values.flatMap(([name, texts]) => texts.map((text) => textTag(`dc:${name}`, text))).join(''),
  );
}

function dates({ publicationDate, dates: all, accessRight }: RecordMetadata): (string | null)[] {
  const available = accessRight === 'embargoed' ? all.find((each) => each.dateType === 'Available') : undefined;
  return [publicationDate?.text ?? null, available === undefined ? null : `info:eu-repo/date/embargoEnd/${available.text}`];
}

function identifiers({ doi, identifier, alternateIdentifiers }: RecordMetadata): (string | null)[] {
  return [doi === null ? identifier : doiUrl(doi), ...alternateIdentifiers.map((each) => each.alternateIdentifier)];
}

/** The grants are relations in OpenAIRE's reading of Dublin Core. The concept DOI comes last, as at Zenodo: nothing else tells it. */
function relations({ relatedIdentifiers, fundingReferences, conceptDoi }: RecordMetadata): string[] {
  const grants = fundingReferences.flatMap((each) => (each.awardUri?.startsWith('info:eu-repo/') === true ? each.awardUri : []));
  const others = relatedIdentifiers.filter((each) => each.doi === null || each.doi !== conceptDoi);
  return [...new Set([...grants, ...others.map(relation), ...(conceptDoi === null ? [] : [doiUrl(conceptDoi)])])];
}

function relation(related: RelatedIdentifier): string {
  return related.doi === null ? related.relatedIdentifier : doiUrl(related.doi);
}

/** As Zenodo says it, and what it came as where it already was a `dc:type`. */
function types({ format, resourceType }: RecordMetadata): (string | null)[] {
  if (resourceType === null) return [];
  if (format === 'oai_dc') return [resourceType.text];
  return [`info:eu-repo/semantics/${citationType(resourceType).euRepo}`];
}

function doiUrl(doi: string): string {
  return `https://doi.org/${encodeDoi(doi)}`;
}
