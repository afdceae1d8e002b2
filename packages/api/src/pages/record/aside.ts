import type { RecordVersion } from '@thresher/store/read';
import type { ExportFormat, NormalisedRecord } from '../../shapes/export-formats.ts';
import { fieldLabel } from '../../shapes/field-differences.ts';
import { recordPath } from '../../shapes/links.ts';
import type { ZenodoRecord } from '../../shapes/zenodo-record.ts';
import { bytes, count, day, instant, languageName } from '../format.ts';
import { type Child, h, type Html, icon, said } from '../html.ts';
import { appearedRows } from './extras.ts';
import { identifierLink } from './parts.ts';
import { citation } from './citation.ts';
import { versionOption } from './differences.ts';
import type { RecordExtras } from './to-extras.ts';
import type { RecordView } from './view.ts';

type Metadata = NormalisedRecord['metadata'];

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
export function recordAside({ record, stats, versions, extras, steps, citation: cited }: RecordView): Html {
  return h(
    'aside',
    { class: 'record-aside' },
    details(record, extras),
    statistics(stats, extras.statsAt),
    versionList(record, versions),
    exports(record, cited),
    history(record, steps),
    provenance(record),
  );
}

function box(title: string, ...content: Child[]): Html {
  return h('section', { class: 'box' }, h('h2', {}, title), content);
}

function details({ metadata }: NormalisedRecord, extras: RecordExtras): Html {
  const rows: (readonly [string, Child])[] = [
    ['DOI', metadata.doi && doiLink(metadata.doi)],
    ['Published', metadata.publicationDate && day(metadata.publicationDate.text)],
    ['Publisher', metadata.publisher && said(metadata.publisher.name)],
    ['Licence', licences(metadata)],
    ...appearedRows(extras.appeared),
    ['Languages', extras.languages.length > 1 && extras.languages.map(languageName).join(', ')],
    [
      'Language',
      extras.languages.length < 2 &&
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
            h('li', {}, h('a', { class: 'chip', href: `/communities/${encodeURIComponent(slug)}` }, slug)),
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

function doiLink(doi: string): Html {
  const url = `https://doi.org/${doi}`;
  return h('span', { class: 'with-copy' }, h('a', { class: 'mono', href: url, rel: 'noopener' }, doi), copyButton(url));
}

/** Shown by the script of the page, which alone can copy. */
function copyButton(text: string): Html {
  return h(
    'button',
    { class: 'bare', type: 'button', hidden: true, 'data-copy': text, 'aria-label': 'Copy the DOI as a link', title: 'Copy' },
    icon('copy'),
  );
}

function licences({ rights }: Metadata): Child {
  const shown = rights.filter((one) => one.kind !== 'access');
  const line = (one: Metadata['rights'][number]): Html => {
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

/** Views and downloads of this version, and of all of them if that is another number. */
function statistics(stats: ZenodoRecord['stats'], asOf: string | null): Html | null {
  const row = ([name, label, write]: (typeof COUNTS)[number]): Html | null => {
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

function versionList(record: NormalisedRecord, versions: readonly RecordVersion[]): Html | null {
  if (versions.length < 2) return null;
  const line = (version: RecordVersion, index: number): Html => {
    const isThis = version.oaiIdentifier === record.oaiIdentifier;
    const label = version.version ? `Version ${version.version}` : `Record ${version.uniqueName}`;
    return h(
      'li',
      { 'aria-current': isThis && 'true' },
      isThis ? h('strong', {}, said(label)) : h('a', { href: `/records/${recordPath(version)}` }, said(label)),
      index === 0 && h('span', { class: 'badge' }, 'latest'),
      h('span', { class: 'quiet' }, version.publicationDate && day(version.publicationDate)),
    );
  };
  return box(`${versions.length} versions`, h('ol', { class: 'plain versions' }, versions.map(line)), compareForm(record, versions));
}

/** What differs from another version, as a page. */
function compareForm(record: NormalisedRecord, versions: readonly RecordVersion[]): Html {
  const self = pathOf(record);
  const others = versions.filter((one) => one.oaiIdentifier !== record.oaiIdentifier);
  return h(
    'form',
    { class: 'compare', action: `${self}/compare` },
    h(
      'label',
      {},
      h('span', {}, 'Compare this with'),
      h(
        'select',
        { name: 'from' },
        others.map((one) => versionOption(one)),
      ),
    ),
    h('button', {}, 'Compare'),
  );
}

/** Fields that changed last, and the way to the whole history. */
function history(record: NormalisedRecord, steps: RecordView['steps']): Html | null {
  if (steps.length === 0) return null;
  const line = ({ changedPaths, changedAt }: RecordView['steps'][number]): Html => {
    const at = changedAt.toISOString();
    const fields = [...new Set(changedPaths.map(fieldLabel))];
    return h('li', {}, h('time', { datetime: at }, day(at.slice(0, 10))), ' ', h('span', { class: 'quiet' }, fields.join(', ')));
  };
  return box(
    'History',
    h('ol', { class: 'plain' }, steps.map(line)),
    h('p', { class: 'more-link' }, h('a', { href: `${pathOf(record)}/history` }, `All ${count(record.revision)} revisions`)),
  );
}

const pathOf = ({ links }: NormalisedRecord): string => URL.parse(links['html'] ?? '')?.pathname ?? '';

/** Shown by the script of the page. The list is on the search page. */
function saveButton({ oaiIdentifier, metadata }: NormalisedRecord): Html {
  return h('button', { type: 'button', hidden: true, 'data-save': oaiIdentifier, 'data-title': metadata.title ?? 'Without a title' });
}

function exports(record: NormalisedRecord, cited: string | null): Html {
  const { links } = record;
  const self = links['self'] ?? '';
  const link = ([format, label]: readonly [ExportFormat, string]): Html =>
    h('li', {}, h('a', { class: 'button', href: `${self}/export/${format}` }, label));
  return box(
    'Cite and export',
    citation(self, cited),
    h('ul', { class: 'exports' }, FORMATS.map(link)),
    h('p', { class: 'save' }, saveButton(record)),
  );
}

function provenance(record: NormalisedRecord): Html {
  const rows: (readonly [string, Child])[] = [
    ['OAI identifier', h('span', { class: 'mono' }, record.oaiIdentifier)],
    ['Datestamp', record.datestamp && instant(record.datestamp)],
    ['First seen here', instant(record.firstSeenAt)],
    ['Last changed here', record.revision > 1 && `${instant(record.changedAt)} (revision ${record.revision})`],
    ['Sets', record.setSpecs.length > 0 && h('span', { class: 'mono' }, record.setSpecs.join(', '))],
    ['Metadata format', [record.metadata.format, record.metadata.schemaVersion && ` ${record.metadata.schemaVersion}`]],
  ];
  const raw = [
    h('a', { href: record.links['self'] }, 'in Zenodo’s format'),
    ' · ',
    h('a', { href: `${record.links['self'] ?? ''}/export/normalised` }, 'as stored'),
    ' · ',
    h(
      'a',
      { href: `/oai2d?verb=GetRecord&metadataPrefix=oai_datacite&identifier=${encodeURIComponent(record.oaiIdentifier)}` },
      'as XML (OAI-PMH)',
    ),
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
