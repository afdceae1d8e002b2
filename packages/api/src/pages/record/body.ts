import type { NormalisedRecord } from '../../shapes/export-formats.ts';
import { h, type Html, icon, said } from '../html.ts';
import { day, languageName, plural, spelled } from '../format.ts';
import { customFieldList, htmlProse, referenceList, taxonList } from './extras.ts';
import { fileList } from './files.ts';
import { section } from './parts.ts';
import { relatedWorks } from './related.ts';
import { remarkList } from './remark-list.ts';
import type { RecordExtras } from './to-extras.ts';
import type { RecordView } from './view.ts';
import { creatorList, personLine } from './people.ts';
import { accessBadge, typeBadge } from './badges.ts';

type Metadata = NormalisedRecord['metadata'];

/** The wide column: what the record says. */
export function recordBody({ record, files, extras, links, remarks }: RecordView): Html {
  const { metadata } = record;
  return h(
    'article',
    { class: 'record-body' },
    header(record, files),
    descriptions(metadata, extras.descriptionHtml),
    taxonList(extras.taxa),
    files && files.length > 0 && section(plural(files.length, 'file'), fileList(record, files)),
    keywords(metadata),
    relatedWorks(metadata, links),
    funding(metadata, extras.awards),
    contributors(metadata),
    dates(metadata),
    places(metadata),
    extras.references.length > 0 ? referenceList(extras.references) : references(metadata),
    customFieldList(extras.customFields),
    remarkList(remarks),
    similarPlace(record),
  );
}

function header({ metadata, links }: NormalisedRecord, files: RecordView['files']): Html {
  const { resourceType: type } = metadata;
  const date = metadata.publicationDate?.text ?? metadata.publicationYear?.toString();
  const label = type && (type.text ?? (type.general && spelled(type.general)));
  const others = metadata.titles.filter((one) => one.title !== metadata.title);
  return h(
    'header',
    {},
    h(
      'p',
      { class: 'hit-badges' },
      label && typeBadge({ title: label, ...(type?.type && { type: type.type }) }),
      accessBadge(metadata.accessRight),
      date && h('time', { datetime: date }, day(date)),
      metadata.version && h('span', {}, 'Version ', said(metadata.version)),
    ),
    h('h1', { dir: 'auto', lang: titleLang(metadata) }, metadata.title ?? 'Without a title'),
    others.map((one) =>
      h(
        'p',
        { class: 'subtitle', dir: 'auto', lang: one.lang },
        one.title,
        one.titleType && h('span', { class: 'quiet' }, ` (${titleNote(one)})`),
      ),
    ),
    creatorList(metadata.creators),
    h(
      'p',
      { class: 'actions' },
      links['source'] &&
        h(
          'a',
          { class: 'button primary', href: links['source'], rel: 'noopener' },
          files === null ? 'Files and original page ' : 'Original page ',
          icon('external'),
        ),
    ),
  );
}

/** Fonts differ by language where scripts are shared, as between Chinese and Japanese. */
function titleLang({ titles, title, language }: Metadata): string | null {
  return titles.find((one) => one.title === title)?.lang ?? language?.iso639_1 ?? language?.iso639_3 ?? null;
}

function titleNote({ titleType, lang }: Metadata['titles'][number]): string {
  return [titleType && spelled(titleType).toLowerCase(), lang && languageName(lang)].filter(Boolean).join(', ');
}

/** The script of the page folds longer ones after some lines. */
const LONG = 1_400;

/** The abstract with its structure if the source sent it as HTML. */
function descriptions({ descriptions: all, description }: Metadata, html: string | null): Html[] {
  const shown = all.filter(({ text }) => !text.trimStart().startsWith('{"references"'));
  const own =
    html === null ? undefined : (shown.find(({ text }) => text === description) ?? shown.find((one) => one.descriptionType === 'Abstract'));
  const sections = shown.map((one) => {
    const { text, descriptionType, lang } = one;
    const isOwn = html !== null && one === own;
    const isLong = text.length > LONG;
    const body = isOwn
      ? htmlProse(html, lang, isLong)
      : h('div', { class: 'prose', dir: 'auto', lang, 'data-long': isLong }, paragraphs(text));
    const title = DESCRIPTIONS[descriptionType ?? ''] ?? spelled(descriptionType ?? 'Description');
    return section(title, body);
  });
  return html !== null && own === undefined ? [section('Description', htmlProse(html, null, html.length > LONG)), ...sections] : sections;
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Abstract: 'Description',
  Other: 'Notes',
  TechnicalInfo: 'Technical information',
  SeriesInformation: 'Series',
};

/** Sources end their blocks with one line end or three. */
function paragraphs(text: string): Html[] {
  return text
    .split(/\n\s*\n|\n(?=\s*[-•*\d])|\n{2,}/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => h('p', { dir: 'auto' }, one));
}

function keywords({ subjects }: Metadata): Html | null {
  if (subjects.length === 0) return null;
  const chip = ({ subject, subjectScheme, lang }: Metadata['subjects'][number]): Html =>
    h(
      'li',
      {},
      h(
        'a',
        {
          class: 'chip',
          href: `/?q=${encodeURIComponent(`keywords:"${subject.replaceAll('"', '')}"`)}`,
          lang,
          title: subjectScheme && `out of ${subjectScheme}`,
        },
        said(subject),
        subjectScheme && h('span', { class: 'quiet' }, subjectScheme),
      ),
    );
  return section('Keywords and subjects', h('ul', { class: 'chips' }, subjects.map(chip)));
}

/** `awards`: what JSON says of the award of each reference. */
function funding({ fundingReferences: all }: Metadata, awards: RecordExtras['awards']): Html | null {
  if (all.length === 0) return null;
  const item = (one: Metadata['fundingReferences'][number], place: number): Html => {
    const { acronym = null, program = null, title = null, url = null } = awards[place] ?? {};
    const awardTitle = one.awardTitle ?? title;
    const awardUri = one.awardUri ?? url;
    const funder = one.funderRor ? `https://ror.org/${one.funderRor}` : one.funderDoi && `https://doi.org/${one.funderDoi}`;
    const name = one.funderName ?? one.funderIdentifier ?? 'Unnamed funder';
    return h(
      'li',
      {},
      (awardTitle ?? acronym) !== null &&
        h('strong', { dir: 'auto' }, acronym !== null && acronym !== awardTitle ? [acronym, awardTitle && ` – ${awardTitle}`] : awardTitle),
      h(
        'span',
        {},
        funder ? h('a', { href: funder, rel: 'noopener' }, said(name)) : said(name),
        one.awardNumber && [
          ' · grant ',
          awardUri && /^https?:/.test(awardUri)
            ? h('a', { href: awardUri, rel: 'noopener' }, one.awardNumber)
            : h('span', { class: 'mono' }, one.awardNumber),
        ],
        program !== null && [
          ' · programme ',
          h('a', { href: `/?q=${encodeURIComponent(`metadata.funding.award.program:"${program.replaceAll('"', '')}"`)}` }, program),
        ],
      ),
    );
  };
  return section('Funding', h('ul', { class: 'lines' }, all.map(item)));
}

function contributors({ contributors: all }: Metadata): Html | null {
  if (all.length === 0) return null;
  return section(
    'Contributors',
    h(
      'ul',
      { class: 'lines' },
      all.map((one) =>
        h('li', {}, personLine(one), one.contributorType && h('span', { class: 'quiet' }, ` ${spelled(one.contributorType)}`)),
      ),
    ),
  );
}

function dates({ dates: all, publicationDate }: Metadata): Html | null {
  const others = all.filter((one) => !(one.dateType === 'Issued' && one.text === publicationDate?.text));
  if (others.length === 0) return null;
  return section(
    'Dates',
    h(
      'dl',
      { class: 'details' },
      others.flatMap((one) => [
        h('dt', {}, spelled(one.dateType ?? 'Date')),
        h('dd', {}, day(one.text), one.dateInformation && [' – ', said(one.dateInformation)]),
      ]),
    ),
  );
}

function places({ geoLocations }: Metadata): Html | null {
  const known = geoLocations.filter((one) => one.place ?? one.point ?? one.box);
  if (known.length === 0) return null;
  const item = ({ place, point, box }: Metadata['geoLocations'][number]): Html =>
    h(
      'li',
      {},
      place && said(place),
      ' ',
      point && h('span', { class: 'mono quiet' }, `${point.latitude}°, ${point.longitude}°`),
      box && h('span', { class: 'mono quiet' }, `${box.south}° to ${box.north}°, ${box.west}° to ${box.east}°`),
    );
  return section('Places', h('ul', { class: 'lines' }, known.map(item)));
}

function references({ references: all }: Metadata): Html | null {
  return all.length === 0
    ? null
    : section(
        'References',
        h(
          'ol',
          { class: 'lines' },
          all.map((one) => h('li', { dir: 'auto' }, one)),
        ),
      );
}

/** Filled by the script of the page, by a separate request, once it comes into view. */
function similarPlace({ links, metadata: { doi, conceptDoi } }: NormalisedRecord): Html {
  const path = URL.parse(links['self'] ?? '')?.pathname ?? '';
  const cited = [doi, conceptDoi].flatMap((one) => (one === null ? [] : [`references.identifier:"${one.replaceAll('"', '')}"`]));
  return h(
    'section',
    { class: 'similar', hidden: true, 'data-similar': `${path}/similar`, 'data-cited': cited.length > 0 && cited.join(' OR ') },
    h('h2', {}, 'Similar records'),
    h('ul', { class: 'lines' }),
  );
}
