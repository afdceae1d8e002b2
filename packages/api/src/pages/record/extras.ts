import { sanitiseHtml } from '../sanitise-html.ts';
import { type Child, h, type Html, said, trusted } from '../html.ts';
import { spelled } from '../format.ts';
import { identifierLink, section } from './parts.ts';
import type { RecordExtras } from './to-extras.ts';

/** The description with its structure; everything else that HTML can do is taken out. */
export function htmlProse(html: string, lang: string | null, isLong: boolean): Html {
  return h('div', { class: 'prose html', dir: 'auto', lang, 'data-long': isLong }, trusted(sanitiseHtml(html)));
}

/** Cited works, with their identifiers if the source has them. */
export function referenceList(references: RecordExtras['references']): Html | null {
  if (references.length === 0) return null;
  const line = ({ reference, identifier, scheme }: RecordExtras['references'][number]): Html =>
    h(
      'li',
      { dir: 'auto' },
      reference,
      identifier !== null && !reference.includes(identifier) && [' ', identifierLink(identifier, scheme?.toUpperCase() ?? null)],
    );
  return section('References', h('ol', { class: 'lines' }, references.map(line)));
}

const RANKS = ['kingdom', 'phylum', 'class', 'order', 'family', 'genus'];

/** Organisms that the record is about: their names, and where they belong. */
export function taxonList(taxa: RecordExtras['taxa']): Html | null {
  if (taxa.length === 0) return null;
  const line = (taxon: RecordExtras['taxa'][number]): Html => {
    const name = taxon['scientificName'] ?? [taxon['genus'], taxon['specificEpithet']].filter(Boolean).join(' ');
    const ranks = RANKS.flatMap((rank) => (taxon[rank] ? [rankLink(rank, taxon[rank])] : []));
    return h(
      'li',
      {},
      name !== '' && h('em', {}, said(name)),
      taxon['scientificNameAuthorship'] && [' ', said(taxon['scientificNameAuthorship'])],
      taxon['taxonRank'] && h('span', { class: 'quiet' }, ` ${taxon['taxonRank']}`),
      h(
        'span',
        { class: 'quiet' },
        ranks.map((link, index) => [index === 0 ? ' ' : ' › ', link]),
      ),
    );
  };
  return section(taxa.length === 1 ? 'Taxon' : 'Taxa', h('ul', { class: 'lines' }, taxa.map(line)));
}

function rankLink(rank: string, name: string): Html {
  const query = `custom.dwc:${rank}:"${name.replaceAll('"', '')}"`;
  return h('a', { href: `/?q=${encodeURIComponent(query)}`, title: spelled(rank) }, said(name));
}

/** All other custom fields, by their names. */
export function customFieldList(fields: RecordExtras['customFields']): Html | null {
  if (fields.length === 0) return null;
  const rows = fields.flatMap(({ field, values }) => [
    h('dt', { title: field }, spelled(field.replace(/^[^:]*:/, ''))),
    ...values.map((value) => h('dd', {}, valueOf(value))),
  ]);
  return section('Further fields', h('dl', { class: 'details' }, rows));
}

const valueOf = (value: string): Child =>
  /^https?:\/\/\S+$/.test(value) ? h('a', { class: 'mono', href: value, rel: 'noopener nofollow' }, value) : said(value);

type Appeared = RecordExtras['appeared'][number];

/** Where a work appeared, in one line each: journal, book, conference, university. */
export function appearedRows(appeared: RecordExtras['appeared']): (readonly [string, Child])[] {
  return appeared.flatMap((one) => {
    const line = LINES[one.as]?.(one.members) ?? [];
    const text = line.filter(Boolean).join(', ');
    return text === '' ? [] : [[LABELS[one.as] ?? spelled(one.as), said(text)] as const];
  });
}

const LABELS: Readonly<Record<string, string>> = { journal: 'Journal', imprint: 'Published in', meeting: 'Conference', thesis: 'Thesis' };
const LINES: Readonly<Record<string, (members: Appeared['members']) => (string | undefined | false)[]>> = {
  journal: ({ title, volume, issue, pages, issn }) => [
    title,
    volume && (issue ? `${volume}(${issue})` : volume),
    !volume && issue && `issue ${issue}`,
    pages && `pages ${pages}`,
    issn && `ISSN ${issn}`,
  ],
  imprint: ({ title, edition, place, pages, isbn }) => [
    title,
    edition && `edition ${edition}`,
    place,
    pages && `pages ${pages}`,
    isbn && `ISBN ${isbn}`,
  ],
  meeting: ({ title, acronym, place, dates, session, session_part: part }) => [
    title && acronym ? `${title} (${acronym})` : (title ?? acronym),
    place,
    dates,
    session && `session ${session}`,
    part && `part ${part}`,
  ],
  thesis: ({ university, department, type, date_defended: defended }) => [university, department, type, defended && `defended ${defended}`],
};
