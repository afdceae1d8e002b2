import type { ExportFormat, NormalisedRecord, RecordExtras, RecordPage, ZenodoRecord } from '@thresher/api';
import { h, icon, said, type Child } from './dom.ts';
import { bytes, count, day, languageName, moment } from './format.ts';
import { appearedRows } from './record-extras.ts';
import { identifierLink } from './record-parts.ts';
import { citation } from './record-citation.ts';

type Metadata = NormalisedRecord['metadata'];
type Versions = RecordPage['hits']['hits'];

const FORMATS: readonly (readonly [format: ExportFormat, label: string])[] = [
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
  ['csl', 'CSL'],
  ['datacite-xml', 'DataCite XML'],
  ['datacite-json', 'DataCite JSON'],
  ['dublincore', 'Dublin Core'],
  ['marcxml', 'MARCXML'],
  ['json-ld', 'schema.org'],
  ['json', 'JSON'],
];

/** The narrow column: what is known about the record. */
export function recordAside(
  record: NormalisedRecord,
  stats: ZenodoRecord['stats'],
  versions: Versions,
  extras: RecordExtras | null,
): HTMLElement {
  return h(
    'aside',
    { class: 'record-aside' },
    details(record, extras),
    statistics(stats, extras?.stats_at ?? null),
    versionList(record, versions),
    exports(record),
    provenance(record),
  );
}

function box(title: string, ...content: Child[]): HTMLElement {
  return h('section', { class: 'box' }, h('h2', {}, title), content);
}

function details({ metadata }: NormalisedRecord, extras: RecordExtras | null): HTMLElement {
  const rows: (readonly [string, Child])[] = [
    ['DOI', metadata.doi && doiLink(metadata.doi)],
    ['Published', metadata.publicationDate && day(metadata.publicationDate.text)],
    ['Publisher', metadata.publisher && said(metadata.publisher.name)],
    ['Licence', licences(metadata)],
    ...appearedRows(extras?.appeared ?? []),
    ['Languages', extras !== null && extras.languages.length > 1 && extras.languages.map(languageName).join(', ')],
    [
      'Language',
      (extras?.languages.length ?? 0) < 2 &&
        metadata.language &&
        (metadata.language.iso639_3 ? languageName(metadata.language.iso639_3) : metadata.language.text),
    ],
    [
      'Communities',
      metadata.communities.length > 0 &&
        h(
          'ul',
          { class: 'chips' },
          metadata.communities.map((slug) =>
            h('li', {}, h('a', { class: 'chip', href: `/?communities=${encodeURIComponent(slug)}` }, slug)),
          ),
        ),
    ],
    ['Identifiers', alternates(metadata)],
    ['Formats', metadata.formats.length > 0 && metadata.formats.join(', ')],
    ['Sizes', metadata.sizes.length > 0 && metadata.sizes.join(', ')],
    [
      'All versions',
      metadata.conceptDoi &&
        h('a', { class: 'mono', href: `https://doi.org/${metadata.conceptDoi}`, rel: 'noopener' }, metadata.conceptDoi),
    ],
  ];
  return box(
    'Details',
    h(
      'dl',
      { class: 'details' },
      rows.filter(([, value]) => value).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
    ),
  );
}

function doiLink(doi: string): HTMLElement {
  const url = `https://doi.org/${doi}`;
  return h('span', { class: 'with-copy' }, h('a', { class: 'mono', href: url, rel: 'noopener' }, doi), copyButton(url));
}

function copyButton(text: string): HTMLElement {
  const button = h(
    'button',
    { class: 'bare', type: 'button', 'aria-label': 'Copy the DOI as a link', title: 'Copy', onclick: () => void copy() },
    icon('copy'),
  );
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1_500);
  };
  return button;
}

function licences({ rights }: Metadata): Child {
  const shown = rights.filter((one) => one.kind !== 'access');
  const line = (one: Metadata['rights'][number]): HTMLElement => {
    const label = one.rights ?? one.spdx ?? one.rightsIdentifier ?? one.rightsUri ?? '';
    return h(
      'li',
      {},
      one.rightsUri && /^https?:/.test(one.rightsUri) ? h('a', { href: one.rightsUri, rel: 'noopener license' }, said(label)) : said(label),
    );
  };
  return shown.length > 0 && h('ul', { class: 'plain' }, shown.map(line));
}

function alternates({ alternateIdentifiers }: Metadata): Child {
  const others = alternateIdentifiers.filter((one) => one.alternateIdentifierType?.toLowerCase() !== 'oai');
  return (
    others.length > 0 &&
    h(
      'ul',
      { class: 'plain' },
      others.map((one) => h('li', {}, identifierLink(one.alternateIdentifier, one.alternateIdentifierType))),
    )
  );
}

const COUNTS = [
  ['views', 'Views', count],
  ['downloads', 'Downloads', count],
  ['volume', 'Sent', bytes],
] as const;

/** Views and downloads of this version, and of all of them where that is another number. */
function statistics(stats: ZenodoRecord['stats'], asOf: string | null): HTMLElement | null {
  const row = ([name, label, write]: (typeof COUNTS)[number]): HTMLElement | null => {
    const [all, version] = [stats?.[name], stats?.[`version_${name}`]];
    const own = version ?? all;
    if (own === undefined) return null;
    const others =
      version !== undefined && all !== undefined && all !== version && h('span', { class: 'quiet' }, ` of ${write(all)} in all versions`);
    return h('div', {}, h('dt', {}, label), h('dd', {}, write(own), others));
  };
  const rows = COUNTS.map(row).filter((one) => one !== null);
  return rows.length === 0
    ? null
    : box(
        'Statistics',
        h('dl', { class: 'details' }, rows),
        asOf && h('p', { class: 'quiet' }, 'As reported by the source on ', h('time', { datetime: asOf }, day(asOf.slice(0, 10)))),
      );
}

function versionList({ oaiIdentifier }: NormalisedRecord, versions: Versions): HTMLElement | null {
  if (versions.length < 2) return null;
  const line = (version: Versions[number], index: number): HTMLElement => {
    const isThis = version.oai.id === oaiIdentifier;
    const label = version.metadata.version ? `Version ${version.metadata.version}` : `Record ${version.id}`;
    return h(
      'li',
      { 'aria-current': isThis && 'true' },
      isThis ? h('strong', {}, said(label)) : h('a', { href: `/records/${encodeURIComponent(version.id)}` }, said(label)),
      index === 0 && h('span', { class: 'badge' }, 'latest'),
      h('span', { class: 'quiet' }, version.metadata.publication_date && day(version.metadata.publication_date)),
    );
  };
  return box(`${versions.length} versions`, h('ol', { class: 'plain versions' }, versions.map(line)));
}

function exports({ links }: NormalisedRecord): HTMLElement {
  const self = links['self'] ?? '';
  const link = ([format, label]: readonly [ExportFormat, string]): HTMLElement =>
    h('li', {}, h('a', { class: 'button', href: `${self}/export/${format}` }, label));
  return box('Cite and export', citation(self), h('ul', { class: 'exports' }, FORMATS.map(link)));
}

function provenance(record: NormalisedRecord): HTMLElement {
  const rows: (readonly [string, Child])[] = [
    ['OAI identifier', h('span', { class: 'mono' }, record.oaiIdentifier)],
    ['Datestamp', record.datestamp && moment(record.datestamp)],
    ['First seen here', moment(record.firstSeenAt)],
    ['Last changed here', record.revision > 1 && `${moment(record.changedAt)} (revision ${record.revision})`],
    ['Sets', record.setSpecs.length > 0 && h('span', { class: 'mono' }, record.setSpecs.join(', '))],
    ['Metadata format', [record.metadata.format, record.metadata.schemaVersion && ` ${record.metadata.schemaVersion}`]],
  ];
  const raw = [
    h('a', { href: record.links['self'] }, 'in Zenodo’s format'),
    ' · ',
    h('a', { href: `${record.links['self'] ?? ''}/export/normalised` }, 'as stored'),
  ];
  return box(
    'Where it comes from',
    h(
      'dl',
      { class: 'details' },
      rows.filter(([, value]) => value).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
      h('div', {}, h('dt', {}, 'This record in the API'), h('dd', {}, raw)),
    ),
  );
}
