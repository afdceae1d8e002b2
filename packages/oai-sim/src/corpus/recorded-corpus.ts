import { communitySet } from './communities.ts';
import type { Corpus, MetadataPrefix } from './corpus.ts';
import type { Recording } from './recording.ts';
import { EARLIEST } from './timeline.ts';

/** A file of a replayed folder. */
export interface RecordedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A record of the folder; texts are byte strings. */
interface FoundRecord {
  readonly identifier: string;
  readonly datestamp: number;
  readonly setSpecs: readonly string[];
  readonly metadata: string;
}

export interface Replay {
  readonly corpus: Corpus;
  /** Null for a folder of single documents. */
  readonly recording: Recording | null;
}

/**
 * Recorded list pages (in the order of the numbers in their names) or single `oai_datacite` documents, as a corpus; pages
 * also as a recording that is answered byte for byte. Throws a RangeError where no record is found.
 */
export function readReplay(files: readonly RecordedFile[]): Replay {
  const sorted = [...files].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const texts = sorted.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  const pages = texts.some((text) => text.includes('<ListRecords>'));
  const records = texts.flatMap(pages ? recordsOfPage : recordOfDocument);
  if (records.length === 0) throw new RangeError('no record found in these files');
  const metadataPrefix = (pages ? /metadataPrefix="(\w+)"/.exec(texts[0] ?? '')?.[1] : undefined) ?? 'oai_datacite';
  const corpus = createRecordedCorpus(records, metadataPrefix as MetadataPrefix);
  return { corpus, recording: pages ? createRecording(sorted, texts, records, metadataPrefix) : null };
}

function recordsOfPage(text: string): FoundRecord[] {
  return [...text.matchAll(/<record>([\s\S]*?)<\/record>/g)].map(([, record = '']) => ({
    identifier: first(/<identifier>([^<]*)<\/identifier>/, record),
    datestamp: Date.parse(first(/<datestamp>([^<]*)<\/datestamp>/, record)),
    setSpecs: [...record.matchAll(/<setSpec>([^<]*)<\/setSpec>/g)].map(([, setSpec = '']) => setSpec),
    metadata: `        ${first(/<metadata>([\s\S]*)<\/metadata>/, record).trim()}\n`,
  }));
}

/** A document of a dump has no header: its identifier is an alternate one, its sets are the communities it is part of. */
function recordOfDocument(text: string): FoundRecord[] {
  const identifier = first(/alternateIdentifierType="oai">([^<]*)</, text);
  if (identifier === '') return [];
  const updated = Date.parse(first(/<date [^>]*dateType="Updated"[^>]*>([^<]*)</, text));
  const slugs = [...text.matchAll(/relationType="IsPartOf"[^>]*>https?:\/\/zenodo\.org\/communities\/([\w-]+)\/?</g)].map(
    ([, slug = '']) => `user-${slug}`,
  );
  return [
    {
      identifier,
      datestamp: Number.isNaN(updated) ? EARLIEST : updated,
      setSpecs: [...new Set(slugs)],
      metadata: `        ${text.replace(/^<\?xml[^>]*\?>\s*/, '').trim()}\n`,
    },
  ];
}

function first(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[1] ?? '';
}

function createRecordedCorpus(found: readonly FoundRecord[], prefix: MetadataPrefix): Corpus {
  const records = [...new Map(found.map((record) => [record.identifier, record])).values()];
  const numbers = new Map(records.map((record, number) => [record.identifier, number]));
  const record = (number: number): FoundRecord => {
    const one = records[number];
    if (one === undefined) throw new RangeError(`there is no record ${number}`);
    return one;
  };
  const setSpecs = new Set(records.flatMap((one) => one.setSpecs));
  return {
    size: records.length,
    growing: false,
    prefixes: [prefix],
    sets: [...setSpecs].map((setSpec) => ({ ...communitySet(setSpec.replace(/^user-/, '')), setSpec })),
    identifier: (number) => record(number).identifier,
    numberOf: (identifier) => numbers.get(identifier) ?? numbers.get(`oai:zenodo.org:${identifier}`),
    datestamp: (number) => record(number).datestamp,
    setSpecs: (number) => record(number).setSpecs,
    metadata: (number, { metadataVersion }) => revised(record(number).metadata, metadataVersion),
  };
}

function revised(metadata: string, version: number): string {
  return version === 0 ? metadata : metadata.replace(/(<\/(?:dc:)?title>)/, ` (revision ${version})$1`);
}

function createRecording(
  files: readonly RecordedFile[],
  texts: readonly string[],
  records: readonly FoundRecord[],
  metadataPrefix: string,
): Recording {
  const pageOfToken = new Map<string, number>();
  texts.forEach((text, index) => {
    const token = first(/<resumptionToken[^>]*>([^<]+)<\/resumptionToken>/, text);
    if (token !== '') pageOfToken.set(token, index + 2);
  });
  const datestamps = records.map((record) => record.datestamp);
  return {
    pages: files.map(({ bytes }) => bytes),
    pageOfToken,
    metadataPrefix,
    setSpec: /<request [^>]*\bset="([^"]*)"/.exec(texts[0] ?? '')?.[1] ?? null,
    oldest: Math.min(...datestamps),
    youngest: Math.max(...datestamps),
  };
}
