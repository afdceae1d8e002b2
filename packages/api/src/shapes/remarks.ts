import type { Person, RecordMetadata } from '@thresher/datacite';
import { listedKeywords } from '@thresher/search';

/** Something in the metadata of a record that its depositor or curator may want to correct. */
export interface Remark {
  /** Stable, kebab-case. */
  readonly code: string;
  /** A sentence. */
  readonly text: string;
  /** The values that are meant, as written; empty if something is missing. */
  readonly values: readonly string[];
}

/** Pure. What is missing or odd in the metadata, in the order of a record page; `today` is a day, `YYYY-MM-DD`. */
export function remarksOn(metadata: RecordMetadata, today: string): Remark[] {
  return [
    ...titleRemarks(metadata),
    ...creatorRemarks(metadata),
    ...licenceRemarks(metadata),
    ...descriptionRemarks(metadata),
    ...subjectRemarks(metadata),
    ...identifierRemarks(metadata),
    ...dateRemarks(metadata, today),
    ...languageRemarks(metadata),
  ];
}

function remark(code: string, text: string, values: readonly string[] = []): Remark[] {
  return [{ code, text, values }];
}

/** The remark if there are such values. */
function remarkOn(code: string, text: string, values: readonly string[]): Remark[] {
  return values.length === 0 ? [] : remark(code, text, [...new Set(values)]);
}

function titleRemarks({ title }: RecordMetadata): Remark[] {
  if (title === null) return remark('title-missing', 'The record has no title.');
  const letters = title.match(/\p{L}/gu) ?? [];
  const isShouted = letters.length > 12 && letters.every((letter) => /\p{Lu}/u.test(letter));
  return isShouted ? remark('title-capitals', 'The title is written in capital letters only.', [title]) : [];
}

function creatorRemarks({ creators }: RecordMetadata): Remark[] {
  if (creators.length === 0) return remark('creators-missing', 'The record names no creator.');
  const people = creators.filter((one) => one.nameType !== 'Organizational');
  const without = people.filter((one) => one.orcid === null);
  const text =
    without.length === people.length
      ? `${people.length === 1 ? 'The creator has' : 'No creator has'} ${people.length === 1 ? 'no' : 'an'} ORCID iD.`
      : `${without.length} of ${people.length} creators ${without.length === 1 ? 'has' : 'have'} no ORCID iD.`;
  const wrong = creators.flatMap(wrongOrcids);
  return [
    ...(without.length === 0 ? [] : remark('orcid-missing', text)),
    ...remarkOn('orcid-invalid', 'An ORCID iD is not valid: its form or its check digit is wrong.', wrong),
  ];
}

function wrongOrcids({ nameIdentifiers }: Person): string[] {
  return nameIdentifiers
    .filter(({ scheme, nameIdentifierScheme, value }) => value === null && /orcid/i.test(scheme ?? nameIdentifierScheme ?? ''))
    .map(({ nameIdentifier }) => nameIdentifier);
}

/** Zenodo demands a licence only of open and embargoed files. */
function licenceRemarks({ rights, accessRight }: RecordMetadata): Remark[] {
  if (rights.some(({ kind }) => kind === 'licence') || accessRight === 'closed' || accessRight === 'restricted') return [];
  return remark('licence-missing', 'The record names no licence, so nobody knows what they may do with its files.');
}

/** Shorter texts repeat the title. */
const SHORT_DESCRIPTION = 30;

function descriptionRemarks({ description, title }: RecordMetadata): Remark[] {
  const text = description?.trim() ?? '';
  if (text === '') return remark('description-missing', 'The record has no description.');
  return text.length < SHORT_DESCRIPTION || text === title
    ? remark('description-short', 'The description adds little to the title.', [text])
    : [];
}

function subjectRemarks({ subjects }: RecordMetadata): Remark[] {
  const lists = subjects.filter(({ subject }) => listedKeywords(subject).length > 1).map(({ subject }) => subject);
  return [
    ...(subjects.length === 0 ? remark('keywords-missing', 'The record has no keywords.') : []),
    ...remarkOn('keywords-list', 'A keyword holds a whole list; search and facets count its parts.', lists),
  ];
}

function identifierRemarks({ identifier, identifierType, doi, relatedIdentifiers }: RecordMetadata): Remark[] {
  const isTyped = (type: string | null, wanted: string): boolean => type?.toUpperCase() === wanted;
  const dois = relatedIdentifiers.filter((one) => isTyped(one.relatedIdentifierType, 'DOI') && one.doi === null);
  const urls = relatedIdentifiers.filter((one) => isTyped(one.relatedIdentifierType, 'URL') && !isWebAddress(one.relatedIdentifier));
  return [
    ...(isTyped(identifierType, 'DOI') && doi === null && identifier !== null
      ? remark('doi-malformed', 'The identifier of the record is not a well-formed DOI.', [identifier])
      : []),
    ...remarkOn(
      'related-doi-malformed',
      'The DOI of a related work is not well-formed.',
      dois.map((one) => one.relatedIdentifier),
    ),
    ...remarkOn(
      'related-url-malformed',
      'The address of a related work is not a web address.',
      urls.map((one) => one.relatedIdentifier),
    ),
  ];
}

const isWebAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^(?:https?|ftp):$/.test(url.protocol) && /^[^.]+(?:\.[^.]+)+$|:/.test(url.hostname) && !/\s/.test(text.trim());
};

/** Older dates are more often a slip of the keyboard than the age of a book. */
const EARLIEST_YEAR = 1450;

function dateRemarks({ publicationDate, publicationYear, dates }: RecordMetadata, today: string): Remark[] {
  const start = publicationDate?.start ?? null;
  const unreadable = [publicationDate, ...dates].filter((one) => one !== null && one.start === null && one.end === null);
  const backwards = dates.filter(({ text }) => isBackwards(text));
  return [
    ...(publicationDate === null && publicationYear === null ? remark('date-missing', 'The record has no date of publication.') : []),
    ...remarkOn(
      'date-unreadable',
      'A date cannot be read.',
      unreadable.map((one) => one!.text),
    ),
    ...(start !== null && start > today
      ? remark('date-in-future', 'The date of publication lies in the future.', [publicationDate!.text])
      : []),
    ...(yearOf(start) !== null && yearOf(start)! < EARLIEST_YEAR
      ? remark('date-very-old', `The date of publication lies before ${EARLIEST_YEAR}.`, [publicationDate!.text])
      : []),
    ...(yearOf(start) !== null && publicationYear !== null && yearOf(start) !== publicationYear
      ? remark('year-differs', 'The year of publication is not that of the date of publication.', [
          String(publicationYear),
          publicationDate!.text,
        ])
      : []),
    ...remarkOn(
      'date-backwards',
      'A period ends before it begins.',
      backwards.map((one) => one.text),
    ),
  ];
}

/** The mapping puts the two ends of a period in order, so the text is read. */
function isBackwards(text: string): boolean {
  const [, from = '', until = ''] = /^(\d{4}[\d-]*)\s*\/\s*(\d{4}[\d-]*)$/.exec(text.trim()) ?? [];
  return until !== '' && until < from.slice(0, until.length);
}

function yearOf(day: string | null): number | null {
  const year = Number(/^(-?\d+)-\d\d-\d\d$/.exec(day ?? '')?.[1] ?? Number.NaN);
  return Number.isNaN(year) ? null : year;
}

function languageRemarks({ language }: RecordMetadata): Remark[] {
  return language !== null && language.iso639_3 === null
    ? remark('language-unknown', 'The language is neither a code of ISO 639 nor a name that is known.', [language.text])
    : [];
}
