import type { NormalisedRecord, RecordExtras, ZenodoRecord } from '@thresher/api';
import { h, icon, said } from './dom.ts';
import { day, languageName, plural, spelled } from './format.ts';
import { customFieldList, htmlProse, referenceList, taxonList } from './record-extras.ts';
import { fileList } from './record-files.ts';
import { identifierLink, section } from './record-parts.ts';
import { creatorList, personLine } from './record-people.ts';
import { accessBadge, typeBadge } from './record-badges.ts';

type Metadata = NormalisedRecord['metadata'];

/** The wide column: what the record says. */
export function recordBody(record: NormalisedRecord, files: ZenodoRecord['files'], extras: RecordExtras | null): HTMLElement {
  const { metadata } = record;
  return h(
    'article',
    { class: 'record-body' },
    header(record, files),
    descriptions(metadata, extras?.description_html ?? null),
    extras && taxonList(extras.taxa),
    files && files.length > 0 && section(plural(files.length, 'file'), fileList(record, files)),
    keywords(metadata),
    related(metadata),
    funding(metadata, extras?.awards ?? []),
    contributors(metadata),
    dates(metadata),
    places(metadata),
    extras !== null && extras.references.length > 0 ? referenceList(extras.references) : references(metadata),
    extras && customFieldList(extras.custom_fields),
  );
}

function header({ metadata, links }: NormalisedRecord, files: ZenodoRecord['files']): HTMLElement {
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
          files === undefined ? 'Files and original page ' : 'Original page ',
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

/** Longer ones are folded after some lines. */
const LONG = 1_400;

/** The abstract with its structure if the source sent it as HTML. */
function descriptions({ descriptions: all, description }: Metadata, html: string | null): HTMLElement[] {
  const shown = all.filter(({ text }) => !text.trimStart().startsWith('{"references"'));
  const own =
    html === null ? undefined : (shown.find(({ text }) => text === description) ?? shown.find((one) => one.descriptionType === 'Abstract'));
  const sections = shown.map((one) => {
    const { text, descriptionType, lang } = one;
    const isOwn = html !== null && one === own;
    const body = isOwn ? htmlProse(html, lang) : h('div', { class: 'prose', dir: 'auto', lang }, paragraphs(text));
    const title = DESCRIPTIONS[descriptionType ?? ''] ?? spelled(descriptionType ?? 'Description');
    return section(title, text.length > LONG ? folded(body) : body);
  });
  return html !== null && own === undefined ? [section('Description', htmlProse(html, null)), ...sections] : sections;
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Abstract: 'Description',
  Other: 'Notes',
  TechnicalInfo: 'Technical information',
  SeriesInformation: 'Series',
};

/** Sources end their blocks with one line end or three. */
function paragraphs(text: string): HTMLElement[] {
  return text
    .split(/\n\s*\n|\n(?=\s*[-•*\d])|\n{2,}/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => h('p', { dir: 'auto' }, one));
}

function folded(body: HTMLElement): HTMLElement {
  body.classList.add('folded');
  const button = h('button', { class: 'link', type: 'button', 'aria-expanded': 'false', onclick: () => toggle() }, 'Show all of it');
  const toggle = (): void => {
    const isFolded = body.classList.toggle('folded');
    button.setAttribute('aria-expanded', String(!isFolded));
    button.textContent = isFolded ? 'Show all of it' : 'Show less';
  };
  return h('div', {}, body, button);
}

function keywords({ subjects }: Metadata): HTMLElement | null {
  if (subjects.length === 0) return null;
  const chip = ({ subject, subjectScheme, lang }: Metadata['subjects'][number]): HTMLElement =>
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

function related(metadata: Metadata): HTMLElement | null {
  const works = metadata.relatedIdentifiers.filter(
    (one) =>
      one.doi !== metadata.conceptDoi && !(one.relationType === 'IsPartOf' && one.relatedIdentifier.includes('zenodo.org/communities/')),
  );
  if (works.length === 0) return null;
  const relations = [...new Set(works.map((one) => one.relationType ?? 'Related'))];
  const group = (relation: string): HTMLElement[] => [
    h('dt', {}, spelled(relation)),
    ...works
      .filter((one) => (one.relationType ?? 'Related') === relation)
      .map((one) =>
        h(
          'dd',
          {},
          identifierLink(one.doi ?? one.relatedIdentifier, one.doi ? 'DOI' : one.relatedIdentifierType),
          one.resourceTypeGeneral && h('span', { class: 'quiet' }, ` ${spelled(one.resourceTypeGeneral)}`),
        ),
      ),
  ];
  return section('Related works', h('dl', { class: 'details' }, relations.flatMap(group)));
}

/** `awards`: what JSON says of the award of each reference. */
function funding({ fundingReferences: all }: Metadata, awards: RecordExtras['awards']): HTMLElement | null {
  if (all.length === 0) return null;
  const item = (one: Metadata['fundingReferences'][number], place: number): HTMLElement => {
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

function contributors({ contributors: all }: Metadata): HTMLElement | null {
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

function dates({ dates: all, publicationDate }: Metadata): HTMLElement | null {
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

function places({ geoLocations }: Metadata): HTMLElement | null {
  const known = geoLocations.filter((one) => one.place ?? one.point ?? one.box);
  if (known.length === 0) return null;
  const item = ({ place, point, box }: Metadata['geoLocations'][number]): HTMLElement =>
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

function references({ references: all }: Metadata): HTMLElement | null {
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
