import type { MappingIssue } from '../record.ts';

interface IssueKind {
  readonly severity: MappingIssue['severity'];
  readonly meaning: string;
}

/**
 * Everything the mapping can find odd. Codes are stable: they are stored, counted and filtered on.
 * `error`: a field every record should have is missing. `warning`: a value was there and could not be used.
 * `info`: worth counting, nothing is lost.
 */
export const ISSUES = {
  'payload-unknown': { severity: 'error', meaning: 'the metadata is neither DataCite (oai_datacite or a resource) nor oai_dc' },
  'payload-missing': { severity: 'error', meaning: 'the oai_datacite wrapper holds no resource' },
  'kernel-unknown': { severity: 'info', meaning: 'the resource does not say which DataCite kernel it follows' },
  'title-missing': { severity: 'error', meaning: 'no title with text' },
  'creator-missing': { severity: 'error', meaning: 'no creator with a name' },
  'creator-name-missing': { severity: 'warning', meaning: 'a creator or contributor without a name was left out' },
  'creator-name-repeated': { severity: 'warning', meaning: 'one creator element holds several names; each became a person' },
  'publisher-missing': { severity: 'info', meaning: 'no publisher' },
  'publication-date-missing': { severity: 'info', meaning: 'no Issued date (nor Accepted, in legacy records)' },
  'identifier-missing': { severity: 'warning', meaning: 'no identifier element, or an empty one' },
  'identifier-not-doi': { severity: 'info', meaning: 'the identifier is not a DOI' },
  'doi-missing': { severity: 'warning', meaning: 'no DOI of the record itself was found' },
  'doi-not-readable': { severity: 'warning', meaning: 'declared to be a DOI, but not one' },
  'year-not-a-number': { severity: 'warning', meaning: 'publicationYear is not a year' },
  'date-empty': { severity: 'info', meaning: 'a date element without text was left out' },
  'date-not-readable': { severity: 'warning', meaning: 'neither EDTF nor RKMS-ISO8601; the text is kept, start and end are null' },
  'date-interval-reversed': { severity: 'warning', meaning: 'an interval ends before it starts; start and end were exchanged' },
  'language-unknown': { severity: 'info', meaning: 'neither an ISO 639 code nor an English language name' },
  'resource-type-missing': { severity: 'warning', meaning: 'no resource type' },
  'resource-type-unknown': { severity: 'info', meaning: 'the (general, text) pair is not in the table; a fallback was taken' },
  'orcid-check-digit': { severity: 'warning', meaning: 'the check digit of an ORCID iD does not hold' },
  'isni-check-digit': { severity: 'warning', meaning: 'the check digit of an ISNI does not hold' },
  'gnd-check-digit': { severity: 'warning', meaning: 'the check digit of a GND number does not hold' },
  'ror-check-digit': { severity: 'warning', meaning: 'the checksum of a ROR id does not hold' },
  'name-identifier-empty': { severity: 'info', meaning: 'a nameIdentifier without text was left out' },
  'name-identifier-not-readable': { severity: 'warning', meaning: 'the value does not look like its scheme' },
  'affiliation-empty': { severity: 'info', meaning: 'an affiliation without text or identifier was left out' },
  'alternate-identifier-empty': { severity: 'info', meaning: 'an alternateIdentifier without text was left out' },
  'related-identifier-empty': { severity: 'info', meaning: 'a relatedIdentifier without text was left out' },
  'related-doi-not-readable': { severity: 'info', meaning: 'a related identifier declared to be a DOI is not one' },
  'rights-empty': { severity: 'info', meaning: 'a rights element without text or attribute was left out' },
  'references-not-json': { severity: 'warning', meaning: 'the JSON list of references is broken or cut; whole entries were kept' },
  'funding-empty': { severity: 'info', meaning: 'a fundingReference without content was left out' },
  'funder-name-missing': { severity: 'info', meaning: 'a fundingReference without funderName' },
  'geo-empty': { severity: 'info', meaning: 'a geoLocation without content was left out' },
  'geo-not-a-number': { severity: 'warning', meaning: 'a coordinate is not a number' },
  'geo-out-of-range': { severity: 'warning', meaning: 'a latitude beyond 90, a longitude beyond 180, or a box upside down' },
  'geo-polygon-open': { severity: 'info', meaning: 'a polygon has fewer than four points or is not closed' },
} as const satisfies Record<string, IssueKind>;

/** What can be wrong with metadata: the code of a mapping issue. */
export type IssueCode = keyof typeof ISSUES;

const MAX_VALUE = 500;

/**
 * Adds an issue. `path` counts as the record does: an element that was kept has its own position in its list, one that was left out the
 * position of the next kept one. `value` is cut at 500 characters.
 */
export function report(issues: MappingIssue[], code: IssueCode, path: string, value: string | null = null): void {
  issues.push({ code, path, value: value === null ? null : value.slice(0, MAX_VALUE), severity: ISSUES[code].severity });
}
