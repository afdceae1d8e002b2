import { createRandom, hash } from '../random.ts';
import type { Random } from '../random.ts';
import type { Domain } from './words.ts';
import { DOMAINS, ODDITIES, PLACES, SENTENCES, TITLES } from './words.ts';
import type { OtherLanguage } from './words-other.ts';
import { OTHER_LANGUAGES } from './words-other.ts';
import { encodeText } from '../xml.ts';

/** Ready-made text about one field in one language, as byte strings escaped for XML. */
export interface Prose {
  /** ISO 639-3. */
  readonly language: string;
  readonly titles: readonly string[];
  readonly sentences: readonly string[];
  /** Two to five sentences each. */
  readonly paragraphs: readonly string[];
  readonly subjects: readonly string[];
  readonly scheme: string;
}

const TITLES_PER_POOL = 400;
const SENTENCES_PER_POOL = 240;
const PARAGRAPHS_PER_POOL = 400;

/** The pools of one seed, made on first use: one in English for each field, one for each other language. */
export function createProse(seed: number): (random: Random) => Prose {
  const english: Prose[] = [];
  const other: Prose[] = [];
  return (random) => {
    if (random.chance(0.8)) {
      const index = random.below(DOMAINS.length);
      return (english[index] ??= englishProse(DOMAINS[index] as Domain, hash(seed, index, 11)));
    }
    const index = random.below(OTHER_LANGUAGES.length);
    return (other[index] ??= otherProse(OTHER_LANGUAGES[index] as OtherLanguage, hash(seed, index, 12)));
  };
}

function englishProse(domain: Domain, start: number): Prose {
  const fill = (pattern: string, random: Random): string => fillPattern(pattern, random, (slot) => englishWord(slot, domain, random));
  return pool('eng', domain.scheme, domain.subjects, TITLES, SENTENCES, fill, start);
}

function otherProse(language: OtherLanguage, start: number): Prose {
  const fill = (pattern: string, random: Random): string =>
    fillPattern(pattern, random, (slot) => random.pick(slot === 'p' ? language.places : language.things));
  return pool(language.code, '', language.subjects, language.titles, language.sentences, fill, start);
}

/** Strange sentences: astral characters, markup as text, no-break spaces. */
const ODD_SENTENCES: readonly string[] = ODDITIES.map(encodeText);

function pool(
  language: string,
  scheme: string,
  subjects: readonly string[],
  titles: readonly string[],
  sentences: readonly string[],
  fill: (pattern: string, random: Random) => string,
  start: number,
): Prose {
  const random = createRandom(start);
  const make = (patterns: readonly string[], count: number): string[] =>
    Array.from({ length: count }, (_, i) => encodeText(fill(patterns[i % patterns.length] as string, random)));
  const made = make(sentences, SENTENCES_PER_POOL);
  return {
    language,
    scheme,
    subjects: subjects.map(encodeText),
    titles: make(titles, TITLES_PER_POOL),
    sentences: made,
    paragraphs: Array.from({ length: PARAGRAPHS_PER_POOL }, (_, i) =>
      paragraph(made, language === 'zho' || language === 'jpn' ? '' : ' ', i % 13 === 5, random),
    ),
  };
}

function paragraph(sentences: readonly string[], glue: string, odd: boolean, random: Random): string {
  const chosen = Array.from({ length: 2 + random.below(4) }, () => random.pick(sentences));
  if (odd) chosen.push(random.pick(ODD_SENTENCES));
  return chosen.join(glue);
}

function fillPattern(pattern: string, random: Random, word: (slot: string) => string): string {
  return pattern.replace(/\{(\w+)\}/g, (_, slot: string) => {
    if (slot === 'year') return String(1990 + random.below(36));
    if (slot === 'number') return String(3 + random.below(4000));
    if (slot === 'percent') return String(1 + random.below(97));
    return word(slot);
  });
}

function englishWord(slot: string, domain: Domain, random: Random): string {
  const lower = slot.toLowerCase();
  const word =
    lower === 'thing'
      ? random.pick(domain.things)
      : lower === 'method'
        ? random.pick(domain.methods)
        : lower === 'subject'
          ? random.pick(domain.subjects)
          : random.pick(PLACES)[0];
  return slot === lower ? word : word.charAt(0).toUpperCase() + word.slice(1);
}
