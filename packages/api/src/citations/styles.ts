import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ApiProblem } from '../problems/problem.ts';

/** Short names of common styles; every other is called as in the repository of citationstyles.org. */
const ALIASES: Readonly<Record<string, string>> = {
  acm: 'acm-sig-proceedings',
  acs: 'american-chemical-society',
  ama: 'american-medical-association',
  chicago: 'chicago-author-date',
  harvard: 'harvard-cite-them-right',
  harvard1: 'harvard-cite-them-right',
  mla: 'modern-language-association',
  turabian: 'turabian-author-date',
};
const USUAL = ['apa', 'chicago', 'harvard', 'ieee', 'mla', 'nature', 'vancouver'];

/** The style files of `@manuscripts/csl-styles`: one of up to 5 MB for each first letter, a JSON object of CSL by URL. */
export interface StyleFiles {
  /** The whole file; null if there is none. */
  readonly read: (letter: string) => Promise<Buffer | null>;
  readonly readPart: (letter: string, start: number, length: number) => Promise<Buffer>;
}

/** Finds styles. A file is read whole once, then only the part with the style. */
export interface StyleLibrary {
  /** The name of the independent style that a name leads to: its own, or for a journal's that of its publisher's. Throws an `ApiProblem`. */
  independentName(name: string): Promise<string>;
  /** The CSL of an independent style. */
  read(name: string): Promise<string>;
}

/** Position of a style in its file, and its parent style if that is known. */
interface Entry {
  readonly start: number;
  readonly length: number;
  /** Undefined until the style was read; null for an independent style. */
  parent?: string | null;
}

/** A library over those files; its index of all 10,000 names takes about 1 MB. */
export function createStyleLibrary(files: StyleFiles = packagedFiles()): StyleLibrary {
  const indices = new Map<string, Promise<ReadonlyMap<string, Entry>>>();
  const find = async (name: string): Promise<Entry | null> => {
    const letter = /^[a-z\d][a-z\d-]*$/.test(name) ? name[0]! : null;
    if (letter === null) return null;
    const index = indices.get(letter) ?? files.read(letter).then(readIndex);
    indices.set(letter, index);
    index.catch(() => indices.delete(letter));
    return (await index).get(name) ?? null;
  };
  const readEntry = async (name: string, { start, length }: Entry): Promise<string> =>
    JSON.parse((await files.readPart(name[0]!, start, length)).toString()) as string;
  return {
    async independentName(asked) {
      const name = ALIASES[asked] ?? asked;
      const entry = await find(name);
      if (entry === null) throw unknownStyle(asked);
      if (entry.parent === undefined) entry.parent = parentOf(await readEntry(name, entry));
      if (entry.parent === null) return name;
      if ((await find(entry.parent)) === null) throw unknownStyle(asked);
      return entry.parent;
    },
    async read(name) {
      const entry = await find(name);
      if (entry === null) throw unknownStyle(name);
      return readEntry(name, entry);
    },
  };
}

function parentOf(csl: string): string | null {
  return /<link\b[^>]*\bhref="[^"]*\/([^"/]+)"[^>]*\brel="independent-parent"/.exec(csl)?.[1] ?? null;
}

/** Names and places of the styles in a file. Latin-1 makes one character of each byte, so that places are those of the file. */
function readIndex(file: Buffer | null): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  const style = /"http:\/\/www\.zotero\.org\/styles\/([a-z\d-]+)":\s*("(?:[^"\\]|\\.)*")/g;
  for (const { 0: whole, 1: name, 2: csl, index: at } of file?.toString('latin1').matchAll(style) ?? [])
    // A copy: the name must not keep the text of the whole file in memory.
    index.set(Buffer.from(name!).toString(), { start: at + whole.length - csl!.length, length: csl!.length });
  return index;
}

function packagedFiles(): StyleFiles {
  const pathOf = (letter: string): string => fileURLToPath(import.meta.resolve(`@manuscripts/csl-styles/dist/${letter}.json`));
  return {
    read: (letter) =>
      readFile(pathOf(letter)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }),
    async readPart(letter, start, length) {
      await using file = await open(pathOf(letter));
      const part = Buffer.alloc(length);
      await file.read(part, 0, length, start);
      return part;
    },
  };
}

function unknownStyle(name: string): ApiProblem {
  return new ApiProblem(
    400,
    'wrong-parameter',
    `there is no citation style '${name}': use one of ${USUAL.join(', ')}, or any name of citationstyles.org`,
    { parameter: 'style' },
  );
}
