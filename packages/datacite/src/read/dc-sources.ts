import type { RelatedItem } from '../record.ts';

const VOLUME = /(?<!\p{L})(?:vol(?:ume|umen)?|v|bd|band|jg|tom[eo]?|t|том|т)(?:\.\s*|\s+)([\p{L}\d][\p{L}\d/-]*)/iu;
const ISSUE = /(?<!\p{L})(?:no|n|nr|num|núm|nº|n°|issue|iss|heft|h|№)(?:\.\s*|\s+)([\p{L}\d][\p{L}\d/-]*)/iu;
const YEAR = /\((\d{4})(?:[/-]\d{2,4})?\)/;
const PAGES = /^(?:pp?\.\s*)?([\p{L}\d][\p{L}\d.]*)(?:\s*[-–—]+\s*([\p{L}\d][\p{L}\d.]*))?$/u;

/**
 * The journal, volume, issue and pages in a `dc:source` as Open Journal Systems writes it: `Coastal Notes; Vol. 3 No. 2 (2021):
 * Spring; 45-67`, also `v. 3 n. 2` and the abbreviations of other languages. Null for every other text.
 */
export function journalIssue(source: string): RelatedItem | null {
  const [journal = '', place = '', ...rest] = source.split(/\s*;\s*/);
  const [volume, issue, year] = [VOLUME, ISSUE, YEAR].map((form) => form.exec(place)?.[1] ?? null) as [string?, string?, string?];
  if (journal === '' || (volume ?? issue ?? null) === null) return null;
  const pages = PAGES.exec(rest.at(-1) ?? '');
  return {
    ...toRelatedItem(journal),
    relatedItemType: 'Journal',
    relationType: 'IsPublishedIn',
    publicationYear: year ?? null,
    volume: volume ?? null,
    issue: issue ?? null,
    firstPage: pages?.[1] ?? null,
    lastPage: pages?.[2] ?? null,
  };
}

/** A work of which only the text is known. */
export function toRelatedItem(title: string): RelatedItem {
  return {
    relatedItemType: null,
    relationType: null,
    relationTypeInformation: null,
    relatedItemIdentifier: null,
    relatedItemIdentifierType: null,
    relatedMetadataScheme: null,
    schemeUri: null,
    schemeType: null,
    titles: [{ title, titleType: null, lang: null }],
    creators: [],
    contributors: [],
    publicationYear: null,
    volume: null,
    issue: null,
    number: null,
    numberType: null,
    firstPage: null,
    lastPage: null,
    publisher: null,
    edition: null,
  };
}
