import { createRandom, hash } from './random.ts';
import type { Random } from './random.ts';
import { DOMAINS, ODDITIES, PLACES, SENTENCES, TITLES } from './words.ts';
import { OTHER_LANGUAGES } from './words-other.ts';
import { escapeXml } from './xml.ts';

/** Ready-made text about one field in one language, escaped for XML. */
export interface Prose {
  /** ISO 639-3. */
  readonly language: string;
  readonly titles: readonly string[];
  readonly sentences: readonly string[];
  readonly subjects: readonly string[];
  readonly scheme: string;
}

const TITLES_PER_POOL = 400;
const SENTENCES_PER_POOL = 240;

/** The pools of one seed: first English, one for each field; then one for each other language. */
export function createProse(seed: number): { readonly english: readonly Prose[]; readonly other: readonly Prose[] } {
  return {
    english: DOMAINS.map((domain, i) => {
      const fill = (pattern: string, random: Random): string => fillPattern(pattern, random, (slot) => englishWord(slot, domain, random));
      return pool('eng', domain.scheme, domain.subjects, TITLES, [...SENTENCES, ...SENTENCES, ...ODDITIES.slice(0, 4)], fill, hash(seed, i, 11));
    }),
    other: OTHER_LANGUAGES.map((language, i) => {
      const fill = (pattern: string, random: Random): string =>
        fillPattern(pattern, random, (slot) => random.pick(slot === 'p' ? language.places : language.things));
      return pool(language.code, '', language.subjects, language.titles, language.sentences, fill, hash(seed, i, 12));
    }),
  };
}

/** One strange sentence, escaped: astral characters, markup as text, no-break spaces. */
export const ODD_SENTENCES: readonly string[] = ODDITIES.map(escapeXml);

function pool(
  language: string, scheme: string, subjects: readonly string[], titles: readonly string[], sentences: readonly string[],
  fill: (pattern: string, random: Random) => string, start: number,
): Prose {
  const random = createRandom(start);
  const make = (patterns: readonly string[], count: number): string[] =>
    Array.from({ length: count }, (_, i) => escapeXml(fill(patterns[i % patterns.length] as string, random)));
  return {
    language, scheme, subjects: subjects.map(escapeXml),
    titles: make(titles, TITLES_PER_POOL), sentences: make(sentences, SENTENCES_PER_POOL),
  };
}

function fillPattern(pattern: string, random: Random, word: (slot: string) => string): string {
  return pattern.replace(/\{(\w+)\}/g, (_, slot: string) => {
    if (slot === 'year') return String(1990 + random.below(36));
    if (slot === 'number') return String(3 + random.below(4000));
    if (slot === 'percent') return String(1 + random.below(97));
    return word(slot);
  });
}

function englishWord(slot: string, domain: (typeof DOMAINS)[number], random: Random): string {
  const lower = slot.toLowerCase();
  const word =
    lower === 'thing' ? random.pick(domain.things)
    : lower === 'method' ? random.pick(domain.methods)
    : lower === 'subject' ? random.pick(domain.subjects)
    : random.pick(PLACES)[0];
  return slot === lower ? word : word.charAt(0).toUpperCase() + word.slice(1);
}
