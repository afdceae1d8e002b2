import type { LocalLanguage } from './analysis.ts';

/** Languages that are recognised by their script. */
const SCRIPTS: readonly (readonly [LocalLanguage, RegExp])[] = [
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['cjk', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu],
];

/** Frequent words that are rare in the other languages. English is included so that it can win. */
const FREQUENT: Readonly<Record<'en' | 'de' | 'es' | 'fr' | 'it' | 'pt', string>> = {
  en: 'the of and to in is for that with are was on this from by as an at be which were we these or has have data using',
  de: 'der die das und ist von zu den dem des mit für auf ein eine einer eines im über nicht sich als auch wird werden zur zum bei durch nach aus wurden',
  es: 'el los las y del una que por con para se es su al como más entre sobre este esta fue son lo sus desde datos estudio',
  fr: 'le les et des du une est dans pour sur que qui par au aux avec ce cette sont ont pas ou nous leur été ces étude données',
  it: 'il lo gli di che è per della dei delle nel nella con una del da al sono come anche questo questa alla dati tra dello degli',
  pt: 'o os as do da dos das em que para com uma no na não por mais foi são se ao pelo pela como dados entre à estudo nos nas',
};

const LANGUAGES = Object.keys(FREQUENT) as readonly (keyof typeof FREQUENT)[];

/** The languages of a frequent word, by their place among `LANGUAGES`. */
const WORD_LANGUAGES: ReadonlyMap<string, readonly number[]> = (() => {
  const languages = new Map<string, number[]>();
  for (const [place, language] of LANGUAGES.entries())
    for (const word of FREQUENT[language].split(' ')) languages.set(word, [...(languages.get(word) ?? []), place]);
  return languages;
})();

/** Letters that only one of the languages has. */
const LETTERS: readonly (readonly [keyof typeof FREQUENT, RegExp])[] = [
  ['de', /[äöß]/],
  ['es', /[ñ¿¡]/],
  ['pt', /[ãõ]/],
  ['fr', /[êœûîë]|(?:^|\s)[ldq]u?['’]/],
];

const ISO_639_3: Readonly<Record<string, LocalLanguage>> = {
  ara: 'ar',
  deu: 'de',
  ell: 'el',
  spa: 'es',
  fra: 'fr',
  ita: 'it',
  por: 'pt',
  rus: 'ru',
};

/** Characters of a text that are examined. */
export const SAMPLE_LENGTH = 600;

/** Has letters of other scripts than Latin; punctuation such as dashes and quotation marks (U+2000 to U+206F) is no letter. */
const OTHER_SCRIPT = /[\u0370-\u1fff\u2070-\uffff]/;

/** `\p{L}+` for a text without those, in a third of the time. */
const LATIN_WORD = /[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u02c6-\u02d1\u02e0-\u02e4\u02ec\u02ee]+/g;

/**
 * The language of a text, if that language has its own analyzer: by script, else by frequent words and letters, else as declared (ISO
 * 639-3; it comes last because depositors leave the default `eng`). Null for English and all others.
 */
export function languageOf(text: string, declared: string | null): LocalLanguage | null {
  const sample = text.slice(0, SAMPLE_LENGTH).toLowerCase();
  const isLatin = !OTHER_SCRIPT.test(sample);
  if (!isLatin) for (const [language, letter] of SCRIPTS) if ((sample.match(letter)?.length ?? 0) * 4 > sample.length) return language;
  const votes = LANGUAGES.map(() => 0);
  for (const word of sample.match(isLatin ? LATIN_WORD : /\p{L}+/gu) ?? []) {
    const languages = WORD_LANGUAGES.get(word);
    if (languages !== undefined) for (const place of languages) votes[place]! += 1;
  }
  for (const [language, letter] of LETTERS) if (letter.test(sample)) votes[LANGUAGES.indexOf(language)]! += 1;
  const most = Math.max(...votes);
  const first = votes.indexOf(most);
  const isTie = most === 0 || votes.indexOf(most, first + 1) !== -1;
  if (isTie) return (declared === null ? undefined : ISO_639_3[declared]) ?? null;
  const language = LANGUAGES[first]!;
  return language === 'en' ? null : language;
}
