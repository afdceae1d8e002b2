import { iso6393 } from 'iso-639-3';
import { report } from './issues.ts';
import type { Language, MappingIssue } from '../record.ts';

interface Codes {
  readonly iso639_3: string;
  readonly iso639_1: string | null;
}

// Names people use that are not the ISO's, and withdrawn two-letter codes.
const ALSO: Readonly<Record<string, string>> = {
  greek: 'ell',
  farsi: 'fas',
  slovene: 'slv',
  castilian: 'spa',
  flemish: 'nld',
  mandarin: 'cmn',
  kirghiz: 'kir',
  malay: 'msa',
  iw: 'heb',
  in: 'ind',
  ji: 'yid',
  sh: 'hbs',
  mo: 'ron',
};

let index: ReadonlyMap<string, Codes> | undefined;

/**
 * The ISO 639-3 and 639-1 codes of a language given as any ISO 639 code (both forms of 639-2, so `ger` and `deu`), as a tag
 * with a region (`en-US`), or by its English name (`Spanish; Castilian`). Null when it is none of these.
 */
export function readLanguage(text: string | null, issues: MappingIssue[], path = 'language'): Language | null {
  if (text === null) return null;
  const codes = lookUp(text);
  if (codes === undefined) report(issues, 'language-unknown', path, text);
  return { text, iso639_3: codes?.iso639_3 ?? null, iso639_1: codes?.iso639_1 ?? null };
}

function lookUp(text: string): Codes | undefined {
  index ??= buildIndex();
  const lower = text.toLowerCase();
  return index.get(lower) ?? index.get(lower.split(/[-_;,(]/, 1)[0]!.trim());
}

/** Codes win over names (`Ra` is a language, `ra` none), and living languages over extinct namesakes. */
function buildIndex(): Map<string, Codes> {
  const map = new Map<string, Codes>();
  const add = (key: string | undefined, codes: Codes) => {
    if (key !== undefined && !map.has(key.toLowerCase())) map.set(key.toLowerCase(), codes);
  };
  const all = iso6393.map((each) => ({ each, codes: { iso639_3: each.iso6393, iso639_1: each.iso6391 ?? null } }));
  for (const { each, codes } of all) for (const key of [each.iso6393, each.iso6391, each.iso6392B, each.iso6392T]) add(key, codes);
  for (const living of [true, false]) {
    for (const { each, codes } of all) {
      if ((each.type === 'living') !== living) continue;
      add(each.name, codes);
      add(each.name.replace(/\s*\(.*\)$/, ''), codes);
    }
  }
  for (const [key, code] of Object.entries(ALSO)) add(key, map.get(code)!);
  return map;
}
