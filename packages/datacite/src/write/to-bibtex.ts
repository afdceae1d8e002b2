import { citedName, container, landingUrl, pages, publishedParts } from './citation-parts.ts';
import { citationType } from './citation-types.ts';
import type { Person, RecordMetadata } from '../record.ts';

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
    ['number', braced(within?.issue ?? null)],
    ['pages', braced(pages(within)?.replace('-', '--') ?? null)],
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

/** Organisations and undivided names keep together in braces of their own; "and" is BibTeX's separator. */
function names(persons: readonly Person[]): string | null {
  if (persons.length === 0) return null;
  const all = persons.map((person) => {
    const name = citedName(person);
    if ('family' in name) return `${escape(name.family)}, ${escape(name.given)}`;
    return person.nameType === 'Organizational' || /,|\band\b/i.test(name.literal) ? `{${escape(name.literal)}}` : escape(name.literal);
  });
  return `{${all.join(' and\n                  ')}}`;
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

function key(metadata: RecordMetadata): string {
  const first = metadata.creators[0];
  const name = first === undefined ? null : citedName(first);
  const family = name === null ? '' : 'family' in name ? name.family : name.literal;
  const year = publishedParts(metadata)[0] ?? '';
  const number = metadata.doi?.replace(/^10\.5281\/zenodo\./, '') ?? metadata.identifier ?? '';
  return [plain(family) || 'anonymous', year, plain(number)].filter((part) => part !== '').join('_');
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
