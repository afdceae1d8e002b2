import type { LocalLanguage } from './analysis.ts';

/** Languages that a script gives away. */
const SCRIPTS: readonly (readonly [LocalLanguage, RegExp])[] = [
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['cjk', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu],
];

/** Frequent words that few of the other languages have; English is among them to outvote the rest. */
const FREQUENT: Readonly<Record<'en' | 'de' | 'es' | 'fr' | 'it' | 'pt', string>> = {
  en: 'the of and to in is for that with are was on this from by as an at be which were we these or has have data using',
  de: 'der die das und ist von zu den dem des mit für auf ein eine einer eines im über nicht sich als auch wird werden zur zum bei durch nach aus wurden',
  es: 'el los las y del una que por con para se es su al como más entre sobre este esta fue son lo sus desde datos estudio',
  fr: 'le les et des du une est dans pour sur que qui par au aux avec ce cette sont ont pas ou nous leur été ces étude données',
  it: 'il lo gli di che è per della dei delle nel nella con una del da al sono come anche questo questa alla dati tra dello degli',
  pt: 'o os as do da dos das em que para com uma no na não por mais foi são se ao pelo pela como dados entre à estudo nos nas',
};

const WORD_LANGUAGES: ReadonlyMap<string, readonly string[]> = (() => {
  const languages = new Map<string, string[]>();
  for (const [language, words] of Object.entries(FREQUENT))
    for (const word of words.split(' ')) languages.set(word, [...(languages.get(word) ?? []), language]);
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

/** As much of a text as is looked at. */
const ENOUGH = 600;

/**
 * The language that a text is in, as far as it is cut in its own way: by script, else by frequent words and letters,
 * else as declared (ISO 639-3), since depositors leave `eng` standing. Null for English and all others.
 */
export function languageOf(text: string, declared: string | null): LocalLanguage | null {
  const sample = text.slice(0, ENOUGH).toLowerCase();
  for (const [language, letter] of SCRIPTS) if ((sample.match(letter)?.length ?? 0) * 4 > sample.length) return language;
  const votes: Record<string, number> = {};
  for (const word of sample.match(/\p{L}+/gu) ?? [])
    for (const language of WORD_LANGUAGES.get(word) ?? []) votes[language] = (votes[language] ?? 0) + 1;
  for (const [language, letter] of LETTERS) if (letter.test(sample)) votes[language] = (votes[language] ?? 0) + 1;
  const [first, second] = Object.entries(votes).toSorted((a, b) => b[1] - a[1]);
  const known = declared === null ? undefined : ISO_639_3[declared];
  if (first === undefined || first[1] === second?.[1]) return known ?? null;
  return first[0] === 'en' ? null : (first[0] as LocalLanguage);
}
