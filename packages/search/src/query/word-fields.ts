import type { LocalLanguage } from '../analysis.ts';

const LATIN = /\p{Script=Latin}/u;

/** The script of each language that has its own field words. */
const SCRIPTS: Readonly<Record<LocalLanguage, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  cjk: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3005\u30fc\uff70]/u,
  de: LATIN,
  el: /\p{Script=Greek}/u,
  es: LATIN,
  fr: LATIN,
  it: LATIN,
  pt: LATIN,
  ru: /\p{Script=Cyrillic}/u,
};

/**
 * The fields in which a word can have a stem: those of a language only if the word has letters of its script. What stands in
 * the field of a language stands in title, keywords or description too, so that a Latin word of a Russian title is found there.
 */
export function wordFields(fields: readonly string[], word: string): string[] {
  return fields.filter((field) => {
    const language = /^local\.([a-z]+)/.exec(field)?.[1];
    return language === undefined || SCRIPTS[language as LocalLanguage].test(word);
  });
}
