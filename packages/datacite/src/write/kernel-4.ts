import { normalizeDoi } from '../values/doi.ts';
import { listed, RELATED_IDENTIFIER_TYPES, RELATION_TYPES, RESOURCE_TYPES } from './kernel-vocabularies.ts';
import type { AlternateIdentifier, Contributor, RecordMetadata, RelatedIdentifier } from '../record.ts';

/** The record as kernel 4 puts things, whatever it came in: shared by the XML and the JSON of DataCite. */
export interface Kernel4View {
  readonly identifier: string | null;
  readonly identifierType: string | null;
  readonly alternateIdentifiers: readonly AlternateIdentifier[];
  readonly relatedIdentifiers: readonly RelatedIdentifier[];
  /** Without the funders of kernel 3, which are funding references in kernel 4. */
  readonly contributors: readonly Contributor[];
  readonly resourceTypeGeneral: string;
  readonly publicationYear: number | null;
}

export function kernel4View(metadata: RecordMetadata): Kernel4View {
  const own = ownIdentifier(metadata);
  return {
    ...own,
    alternateIdentifiers: [...metadata.alternateIdentifiers, ...displacedBy(own.identifier, metadata)],
    relatedIdentifiers: relatedIdentifiers(metadata),
    contributors: metadata.contributors.filter((each) => each.contributorType !== 'Funder'),
    resourceTypeGeneral: resourceTypeGeneral(metadata),
    publicationYear: metadata.publicationYear ?? yearOf(metadata.publicationDate?.start ?? null),
  };
}

/** As written where that is the record's DOI; else the DOI, where legacy Zenodo gave its URL; else as written. */
function ownIdentifier({ identifier, identifierType, doi }: RecordMetadata) {
  if (doi === null || normalizeDoi(identifier) === doi) return { identifier, identifierType };
  return { identifier: doi, identifierType: 'DOI' };
}

function displacedBy(own: string | null, { identifier, identifierType }: RecordMetadata): AlternateIdentifier[] {
  if (identifier === null || identifier === own) return [];
  return [{ alternateIdentifier: identifier, alternateIdentifierType: identifierType }];
}

/** Kernel 3 and oai_dc do not say which relation is that to the concept DOI; kernel 4 does. */
function relatedIdentifiers(metadata: RecordMetadata): RelatedIdentifier[] {
  const rows = metadata.relatedIdentifiers.map((each) => ({ ...each, ...typesOf(each) }));
  const { conceptDoi } = metadata;
  if (conceptDoi === null || rows.some((each) => each.relationType === 'IsVersionOf' && each.doi === conceptDoi)) return rows;
  const last = rows.findLastIndex((each) => each.doi === conceptDoi);
  return rows.map((each, n) => (n === last ? { ...each, relationType: 'IsVersionOf' } : each));
}

function typesOf(related: RelatedIdentifier): { relatedIdentifierType: string; relationType: string } {
  const byForm = related.doi !== null ? 'DOI' : /^(?:urn|info):/i.test(related.relatedIdentifier) ? 'URN' : 'URL';
  return {
    relatedIdentifierType: listed(RELATED_IDENTIFIER_TYPES, related.relatedIdentifierType, byForm),
    relationType: listed(RELATION_TYPES, related.relationType, 'Other'),
  };
}

const BY_ZENODO_TYPE: Readonly<Record<string, string>> = {
  publication: 'Text',
  poster: 'Poster',
  presentation: 'Presentation',
  event: 'Event',
  dataset: 'Dataset',
  image: 'Image',
  model: 'Model',
  video: 'Audiovisual',
  audio: 'Sound',
  software: 'Software',
  lesson: 'InteractiveResource',
  workflow: 'Workflow',
  physicalobject: 'PhysicalObject',
};

function resourceTypeGeneral({ resourceType }: RecordMetadata): string {
  const byType = BY_ZENODO_TYPE[resourceType?.type ?? ''] ?? 'Other';
  return listed(RESOURCE_TYPES, resourceType?.general ?? null, byType);
}

function yearOf(day: string | null): number | null {
  return day === null || day.startsWith('-') ? null : Number(day.slice(0, 4));
}
