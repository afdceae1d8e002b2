import { createHash } from 'node:crypto';
import type { RecordState } from '../repository/journal.ts';
import { createRandom, hash } from '../random.ts';
import type { Random } from '../random.ts';
import type { Repository } from '../repository/repository.ts';

/** What a record has that none of its OAI-PMH formats shows. */
export interface Extras {
  readonly files: readonly SimFile[];
  readonly stats: SimStats;
  readonly references: readonly SimReference[];
  /** Languages after the first one, ISO 639-3. */
  readonly moreLanguages: readonly string[];
  readonly customFields: Readonly<Record<string, unknown>>;
  /** ISO 8601 with microseconds. */
  readonly created: string;
  /** From 1. */
  readonly versionIndex: number;
  readonly isLatest: boolean;
  readonly swhid: string | null;
  /** A day of the following year, for embargoed files. */
  readonly embargoUntil: string | null;
}

export interface SimFile {
  readonly id: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** `md5:…` */
  readonly checksum: string;
  readonly ext: string;
  readonly mimetype: string;
}

export interface SimCounts {
  readonly views: number;
  readonly unique_views: number;
  readonly downloads: number;
  readonly unique_downloads: number;
  readonly data_volume: number;
}

export interface SimStats {
  readonly this_version: SimCounts;
  readonly all_versions: SimCounts;
}

export interface SimReference {
  readonly reference: string;
  readonly identifier?: string;
  readonly scheme?: string;
}

/** What the extras depend on in addition to the number of the record. */
export interface ExtrasOf {
  /** InvenioRDM's resource type id: a taxonomic treatment has a taxon, an article a journal. */
  readonly typeId: string;
  /** The ISSN that the record's DataCite form shows. */
  readonly issn: string | null;
  readonly access: string;
}

export function extrasOf(repository: Repository, state: RecordState, of: ExtrasOf): Extras {
  const { seed, corpus } = repository;
  const random = createRandom(hash(seed, state.number, 93));
  const created = corpus.created?.(state.number) ?? state.datestamp;
  return {
    files: filesOf(seed, state),
    stats: statsOf(repository, state),
    references: referencesOf(random),
    moreLanguages: random.chance(0.1) ? [random.pick(['fra', 'deu', 'cym', 'lat'])] : [],
    customFields: customFieldsOf(of, random),
    created: `${new Date(created).toISOString().slice(0, 23)}${String(hash(seed, state.number, 94) % 1000).padStart(3, '0')}+00:00`,
    ...placeOf(repository, state.number),
    swhid: of.typeId === 'software' && random.chance(0.7) ? `swh:1:dir:${digest('sha1', `${seed} ${state.number} swh`)}` : null,
    embargoUntil: of.access === 'embargoed' ? `${new Date(created).getUTCFullYear() + 1}-0${1 + random.below(9)}-15` : null,
  };
}

const KINDS_OF_FILES = [
  ['pdf', 'application/pdf'],
  ['csv', 'text/csv'],
  ['zip', 'application/zip'],
  ['tar.gz', 'application/gzip'],
  ['JPG', 'image/jpeg'],
  ['txt', 'text/plain'],
  ['nc', 'application/octet-stream'],
] as const;

/** One to four. A change of the record changes their content, not their names. */
export function filesOf(seed: number, { number, metadataVersion }: RecordState): SimFile[] {
  const random = createRandom(hash(seed, number, 91));
  return Array.from({ length: 1 + random.below(4) }, (_, i) => {
    const name = random.pick(['data', 'Übersicht', 'read me', 'figure']);
    const [extension, mimetype] = random.pick(KINDS_OF_FILES);
    const key = `${name} ${i + 1}.${extension}`;
    const checksum = digest('md5', `${seed} ${number} ${metadataVersion} ${key}`);
    return {
      id: `${checksum.slice(0, 8)}-0000-4000-8000-${checksum.slice(-12)}`,
      key,
      size: random.below(1_000_000),
      checksum: `md5:${checksum}`,
      ext: extension.split('.').at(-1)!.toLowerCase(),
      mimetype,
    };
  });
}

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

/** Statistics grow with each `touch`, and by `view` without any other change. */
export function statsOf({ seed, viewed }: Repository, { number, metadataVersion }: RecordState): SimStats {
  const more = viewed.get(number) ?? 0;
  const base = hash(seed, number, 92) % 1_000;
  return { this_version: countsOf(base, metadataVersion, more), all_versions: countsOf(base * 2, metadataVersion, more) };
}

const countsOf = (base: number, metadataVersion: number, more: number): SimCounts => ({
  views: base * 3 + metadataVersion + more,
  unique_views: base * 2,
  downloads: base + metadataVersion,
  unique_downloads: base,
  data_volume: base * 1_024,
});

function placeOf({ corpus, journal }: Repository, number: number): { versionIndex: number; isLatest: boolean } {
  const versions = corpus.versions?.(number, corpus.size + journal.createdCount(corpus.size)) ?? [number];
  const present = versions.filter((other) => (journal.latest(other)?.status ?? 'present') === 'present');
  return { versionIndex: versions.indexOf(number) + 1, isLatest: (present.at(-1) ?? number) === number };
}

function referencesOf(random: Random): SimReference[] {
  if (!random.chance(0.3)) return [];
  return Array.from({ length: 1 + random.below(5) }, () => {
    const number = random.below(90_000);
    const reference = `${random.pick(['Moon, L.', 'Ōta, K.', 'Núñez & Müller'])} (${1950 + random.below(70)}). ${random.pick(['On tides', 'Catalogue of moths', 'A method for <1 m depths'])}, ${number}.`;
    return random.chance(0.5) ? { reference, identifier: `10.5555/ref.${number}`, scheme: 'doi' } : { reference };
  });
}

function issueOf(random: Random): { issue: string; pages: string } {
  const page = 1 + random.below(800);
  return { issue: String(1 + random.below(12)), pages: `${page}-${page + random.below(40)}` };
}

const FAMILIES = ['Fucaceae', 'Carabidae', 'Salticidae', 'Asteraceae', 'Formicidae', 'Gobiidae'] as const;

function customFieldsOf({ typeId, issn }: ExtrasOf, random: Random): Record<string, unknown> {
  const page = 1 + random.below(800);
  const journal = {
    title: random.pick(['Annals of Tides', 'Revista de Insectos', 'Journal of Made-up Moths']),
    volume: String(1 + random.below(60)),
  };
  switch (typeId) {
    case 'publication-taxonomictreatment':
    case 'image-figure':
      return random.chance(typeId === 'image-figure' ? 0.4 : 1) ? taxon(random) : {};
    case 'publication-article':
      return issn === null && !random.chance(0.3)
        ? {}
        : { 'journal:journal': { ...journal, ...issueOf(random), ...(issn === null ? {} : { issn }) } };
    case 'publication-dissertation':
      return { 'thesis:thesis': { university: random.pick(['Northmere University', 'Universidad de Valdeazul']), type: 'PhD' } };
    case 'publication-book':
    case 'publication-section':
      return { 'imprint:imprint': { title: 'Handbook of Harbours', isbn: '978-3-16-148410-0', place: 'Sandhafen', pages: String(page) } };
    case 'presentation':
    case 'poster':
    case 'publication-conferencepaper':
      return {
        'meeting:meeting': {
          title: 'Lakeside Workshop',
          acronym: 'LW',
          place: 'Northmere',
          dates: '3-5 May',
          url: 'https://lakeside.example.org',
        },
      };
    case 'software':
      return {
        'code:codeRepository': `https://github.com/example-org/tool-${random.below(500)}`,
        'code:programmingLanguage': [{ id: 'python', title: { en: 'Python' } }],
        'code:developmentStatus': { id: 'active', title: { en: 'Active' } },
      };
    default:
      return {};
  }
}

function taxon(random: Random): Record<string, unknown> {
  const genus = `${random.pick(['Imagin', 'Fict', 'Umbr', 'Thalass'])}${random.pick(['ella', 'opsis', 'us', 'ina'])}`;
  const epithet = random.pick(['borealis', 'quillfeatheri', 'minor', 'elegans']);
  return {
    'dwc:kingdom': ['Animalia'],
    'dwc:family': [random.pick(FAMILIES)],
    'dwc:genus': [genus],
    'dwc:specificEpithet': [epithet],
    'dwc:scientificName': [`${genus} ${epithet}`],
    'dwc:taxonRank': ['species'],
    ...(random.chance(0.5)
      ? { 'dwc:decimalLatitude': [random.below(1_600) / 10 - 80], 'dwc:decimalLongitude': [random.below(3_600) / 10 - 180] }
      : {}),
    ...(random.chance(0.3) ? { 'dwc:catalogNumber': [`SIM ${random.below(9_000)}`, `SIM ${random.below(9_000)}`] } : {}),
    ...(random.chance(0.1)
      ? { 'obo:RO_0002453': [{ subject: [`${genus} ${epithet}`], object: ['Planta ficta L.', 'Herba altera'] }] }
      : {}),
  };
}
