import { normalizeDoi } from '../values/doi.ts';
import type { AlternateIdentifier, RelatedIdentifier } from '../record.ts';

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^https?:\/\/hdl\.handle\.net\/|^hdl:/i, 'Handle'],
  [/^https?:\/\/arxiv\.org\/abs\/|^arxiv:/i, 'arXiv'],
  [/^(?:url:)?(?:https?|ftp):\/\/\S+$/i, 'URL'],
  [/^oai:\S+$/i, 'oai'],
  [/^(?:lsid:)?urn:lsid:/i, 'LSID'],
  [/^urn:issn:|^(?:issn[:\s]*)?\d{4}-\d{3}[\dXx]$/i, 'ISSN'],
  [/^urn:isbn:|^(?:isbn[:\s]*)?(?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dXx]$/i, 'ISBN'],
  [/^urn:/i, 'URN'],
  [/^ark:/i, 'ARK'],
  [/^pmid:/i, 'PMID'],
];
const DOI_BY_EU_REPO = /^info:eu-repo\/semantics\/altIdentifier\/doi\//i;
const EU_REPO = /^info:eu-repo\/\S+$/i;

/** The type of an identifier by its form, null when it has none that is known. */
function typeOf(identifier: string): string | null {
  if (doiOf(identifier) !== null) return 'DOI';
  return FORMS.find(([form]) => form.test(identifier))?.[1] ?? null;
}

function doiOf(identifier: string): string | null {
  return normalizeDoi(identifier.replace(DOI_BY_EU_REPO, ''));
}

/** Splits the `dc:identifier`s: the record's own is the first DOI, else the first URL, else the first; the others are alternates. */
export function dcIdentifiers(identifiers: readonly string[]) {
  const all: AlternateIdentifier[] = identifiers.map((each) => ({ alternateIdentifier: each, alternateIdentifierType: typeOf(each) }));
  const ofType = (type: string) => all.find((each) => each.alternateIdentifierType === type);
  const own = ofType('DOI') ?? ofType('URL') ?? all[0] ?? null;
  return { own, alternate: all.filter((each) => each !== own), doi: own === null ? null : doiOf(own.alternateIdentifier) };
}

/** A `dc:relation` or `dc:source` that is an identifier; null for free text. An ISSN is the journal's. */
export function dcRelation(relation: string): RelatedIdentifier | null {
  const type = typeOf(relation);
  if (type === null && !EU_REPO.test(relation)) return null;
  return {
    relatedIdentifier: relation,
    relatedIdentifierType: type,
    relationType: type === 'ISSN' ? 'IsPartOf' : null,
    resourceTypeGeneral: null,
    relatedMetadataScheme: null,
    schemeUri: null,
    schemeType: null,
    relationTypeInformation: null,
    doi: doiOf(relation),
  };
}

export function isZenodoDoi(doi: string | null): boolean {
  return doi !== null && doi.startsWith('10.5281/zenodo.');
}
