import { type RecordMetadata, toCslJson } from '@thresher/datacite';
import type { Driver as CiteprocDriver } from '@citeproc-rs/wasm';
import { ApiProblem } from '../problems/problem.ts';
import { localeName, readLocale } from './locales.ts';
import { createLeaseCache } from './engine-cache.ts';
import { numbersEntries } from './numbers-entries.ts';
import { createStyleLibrary, type StyleLibrary } from './styles.ts';

export interface CitationStyle {
  /** `apa`, `ieee`, or any name of citationstyles.org. */
  readonly style: string;
  /** `en-US`, `de` … */
  readonly locale: string;
}

export const USUAL_STYLE: CitationStyle = { style: 'apa', locale: 'en-US' };

/** Writes a record as an entry of a bibliography, as plain text without a number. Throws an `ApiProblem`. */
export type Citer = (metadata: RecordMetadata, wanted: CitationStyle) => Promise<string>;

/** Opening an engine takes tenths of a second, and each takes about 1 MB. */
const MOST_ENGINES = 12;

/** A citer for as long as the API runs. `styles` reads the packaged ones unless specified. */
export function createCiter(styles: StyleLibrary = createStyleLibrary()): Citer {
  const engines = createLeaseCache<Engine>(MOST_ENGINES, ({ driver }) => driver.free());
  return async (metadata, { style, locale }) => {
    const place = localeName(locale);
    const name = await styles.independentName(style.toLowerCase());
    return engines.use(
      `${name} ${place}`,
      () => openEngine(styles, name, place),
      (engine) => write(engine, metadata, style),
    );
  };
}

interface Engine {
  readonly driver: CiteprocDriver;
  /** Whether the style puts a number before each entry. */
  readonly isNumbered: boolean;
}

/** The WebAssembly takes 20 MB: it is loaded for the first citation. */
async function openEngine(styles: StyleLibrary, name: string, locale: string): Promise<Engine> {
  const csl = await styles.read(name);
  const { Driver } = await import('@citeproc-rs/wasm');
  const driver = new Driver({
    style: csl,
    format: 'plain',
    localeOverride: locale,
    fetcher: { fetchLocale: async (wanted) => readLocale(wanted) ?? '' },
  });
  try {
    await driver.fetchLocales();
    return { driver, isNumbered: numbersEntries(csl) };
  } catch (error) {
    driver.free();
    throw error;
  }
}

function write({ driver, isNumbered }: Engine, metadata: RecordMetadata, style: string): string {
  driver.resetReferences([toReference(metadata)]);
  driver.includeUncited('All');
  const [entry] = driver.makeBibliography() as readonly { readonly value: string }[];
  if (entry === undefined)
    throw new ApiProblem(400, 'wrong-parameter', `the citation style '${style}' has notes only and no bibliography: use another`, {
      parameter: 'style',
    });
  // One entry needs no number; a text such as `1. Fachtagung` keeps its own.
  const text = isNumbered ? entry.value.replace(NUMBER, '') : entry.value;
  return text.replaceAll(RANGE_HYPHEN, '–').replaceAll(HYPHEN, '-').trim();
}

/** Stands for a hyphen inside a page number (`16-1–16-4`), since the processor takes every hyphen there for a range. */
const HYPHEN = '\ue000';

/** The hyphen that the processor prints between such pages if the numbers next to it fall (`3-98–4-2`). */
const RANGE_HYPHEN = /(?<=\ue000[^\s-]*)-|-(?=[^\s-]*\ue000)/g;

const NUMBER = /^\s*(?:\[1\]|\(1\)|1[.)]?)\s*/;

/** The processor knows the types of CSL 1.0.1: newer types are replaced by those that styles of that time used. */
const OLDER_TYPES: Readonly<Record<string, string>> = {
  collection: 'book',
  document: 'article',
  event: 'speech',
  periodical: 'book',
  software: 'book',
  standard: 'report',
};

/** Members that no style prints are left out, and markup is passed as text, as the source states it. */
function toReference(metadata: RecordMetadata) {
  const { abstract: _, keyword: __, type, page, ...item } = toCslJson(metadata);
  const pages = page?.includes('–') === true ? page.replaceAll('-', HYPHEN) : page;
  return escaped({ ...item, ...(pages !== undefined && { page: pages }), id: 'record', type: OLDER_TYPES[type] ?? type });
}

function escaped<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') as T;
  if (Array.isArray(value)) return value.map(escaped) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped<unknown>(one)])) as T;
}
