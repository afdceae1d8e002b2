import { articleNumber, container, landingUrl, pagesOf, publishedParts } from './citation-parts.ts';
import { citedName, isOrganisation } from './cited-name.ts';
import { citationType } from './citation-types.ts';
import type { Person, RecordMetadata, RelatedItem } from '../record.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** One BibTeX entry in UTF-8, as Zenodo exports it: key `family_year_number`, `dataset` and `software` as types of biblatex. */
export function toBibtex(metadata: RecordMetadata): string {
  const { bibtex } = citationType(metadata.resourceType);
  const [, month] = publishedParts(metadata);
  const within = container(metadata);
  const inside = within?.titles[0]?.title ?? null;
  const fields: readonly (readonly [string, string | null])[] = [
    ['author', names(metadata.creators)],
    ['editor', names(metadata.contributors.filter((each) => each.contributorType === 'Editor'))],
    ['title', braced(metadata.title)],
    [bibtex === 'article' ? 'journal' : 'booktitle', braced(inside)],
    [bibtex === 'phdthesis' ? 'school' : bibtex === 'techreport' ? 'institution' : 'publisher', braced(metadata.publisher?.name ?? null)],
    ['year', yearOf(metadata)],
    ['month', month === undefined ? null : MONTHS[month - 1]!],
    ['volume', braced(within?.volume ?? null)],
    ['number', braced(within?.issue ?? (within?.numberType === 'Report' ? within.number : null))],
    ['chapter', braced(within?.numberType === 'Chapter' ? within.number : null)],
    ['eid', braced(articleNumber(within))],
    ['pages', braced(pageRange(within))],
    ['version', braced(metadata.version)],
    ['doi', verbatim(metadata.doi)],
    ['url', verbatim(landingUrl(metadata))],
  ];
  const lines = fields.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(12)} = ${value}`]));
  return `@${bibtex}{${key(metadata)},\n${lines.join(',\n')}\n}\n`;
}

function yearOf(metadata: RecordMetadata): string | null {
  const year = publishedParts(metadata)[0] ?? metadata.publicationYear;
  return year === null || year === undefined ? null : `{${year}}`;
}

/** BibTeX separates names by "and" and parts by commas: a name in which either could be mistaken is kept together by braces. */
function names(persons: readonly Person[]): string | null {
  if (persons.length === 0) return null;
  const all = persons.map((person) => {
    const name = citedName(person);
    if (!('family' in name))
      return isOrganisation(person) || MISTAKEN.test(name.literal) ? `{${escape(name.literal)}}` : escape(name.literal);
    const parts = [name.family, name.suffix, name.given].filter((part) => part !== undefined);
    return parts.map((part) => (MISTAKEN.test(part) ? `{${escape(part)}}` : escape(part))).join(', ');
  });
  return `{${all.join(' and\n                  ')}}`;
}

const MISTAKEN = /,|(?<!\S)and(?!\S)/i;

function pageRange(item: RelatedItem | null): string | null {
  const found = pagesOf(item);
  return found === null || found.last === null ? (found?.first ?? null) : `${found.first}--${found.last}`;
}

function braced(text: string | null): string | null {
  return text === null ? null : `{${escape(text)}}`;
}

function escape(text: string): string {
  return text.replace(/[\\{}&%$#_~^]/g, (character) => SPECIAL[character]!);
}

/** DOIs and URLs are not LaTeX, but unbalanced braces would end the field. */
function verbatim(text: string | null): string | null {
  return text === null ? null : `{${text.replace(/[{}\\]/g, encodeURIComponent)}}`;
}

/**
 * `family_year_number`. What Zenodo minted is identified by its number alone; any other DOI or identifier loses letters on its
 * way into a key, so a hash of it is added: two records never share a key, in whatever export they meet.
 */
function key(metadata: RecordMetadata): string {
  const first = metadata.creators[0];
  const name = first === undefined ? null : citedName(first);
  const family = name === null ? '' : 'family' in name ? name.family : name.literal;
  const year = publishedParts(metadata)[0];
  const number = metadata.doi?.replace(/^10\.5281\/zenodo\./, '') ?? metadata.identifier ?? '';
  const isPlain = number === plain(number);
  const parts = [
    plain(family) || 'anonymous',
    year === undefined ? '' : plain(String(year)),
    plain(number),
    isPlain ? '' : shortHash(number),
  ];
  return parts.filter((part) => part !== '').join('_');
}

/** FNV-1a over UTF-16 code units: the same everywhere, and this package needs nothing of Node. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0).toString(36);
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 60);
}
