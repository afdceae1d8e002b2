import type { estypes } from '@elastic/elasticsearch';
import { CHARACTER_FORMS } from './text-forms.ts';

/** Languages with their own analyzer (`cjk`: Chinese, Japanese, Korean). All other text is analysed as English. */
export const LOCAL_LANGUAGES = ['ar', 'cjk', 'de', 'el', 'es', 'fr', 'it', 'pt', 'ru'] as const;
export type LocalLanguage = (typeof LOCAL_LANGUAGES)[number];

/** Articles and pronouns that French, Italian and Catalan write joined to the next word. */
const ELISION_ARTICLES = [
  'l',
  'm',
  't',
  'qu',
  'n',
  's',
  'j',
  'd',
  'c',
  'jusqu',
  'quoiqu',
  'lorsqu',
  'puisqu',
  'all',
  'dall',
  'dell',
  'nell',
  'sull',
  'un',
  'quest',
  'sant',
];

/** Removes differences in case and width, and elided articles. */
const FOLDING = ['cjk_width', 'lowercase', 'elision_romance'];

function analyzer(filter: readonly string[], char_filter: readonly string[] = []): estypes.AnalysisAnalyzer {
  return { type: 'custom', char_filter: ['characters', ...char_filter], tokenizer: 'standard', filter: [...filter] };
}

function stemmer(language: string): estypes.AnalysisTokenFilter {
  return { type: 'stemmer', language };
}

const WORDS = [...FOLDING, 'asciifolding', 'cjk_characters_and_pairs'];
const WORDS_SEARCH = [...FOLDING, 'asciifolding', 'cjk_bigram'];
const STEMS = ['possessive', ...FOLDING, 'asciifolding', 'cjk_characters_and_pairs', 'stem_english'];
const STEMS_SEARCH = ['possessive', ...FOLDING, 'asciifolding', 'cjk_bigram', 'stem_english'];
const PROSE = ['possessive', 'lowercase', 'asciifolding', 'stem_english'];

/**
 * Analyzers by name. `folded` keeps words whole, `stemmed` reduces them to English stems. Both split Chinese, Japanese and Korean into
 * single characters and pairs; the `_search` variants search pairs only, so that a word of three characters does not match every text
 * with one of them. `prose` is `stemmed` reduced to what long English texts need, at half the cost. `local_de` and so on are for the
 * `local` fields.
 */
export const ANALYSIS: estypes.IndicesIndexSettingsAnalysis = {
  // The tokenizer treats `sea_ice` and `Chiroptera:Vespertilionidae` as one word each; titles are full of file names.
  char_filter: {
    joints: { type: 'mapping', mappings: ['_ => \\u0020', ': => \\u0020'] },
    characters: { type: 'mapping', mappings: [...CHARACTER_FORMS] },
  },
  filter: {
    elision_romance: { type: 'elision', articles: ELISION_ARTICLES, articles_case: true },
    cjk_characters_and_pairs: { type: 'cjk_bigram', output_unigrams: true },
    lowercase_greek: { type: 'lowercase', language: 'greek' },
    possessive: stemmer('possessive_english'),
    stem_english: stemmer('english'),
    stem_arabic: stemmer('arabic'),
    stem_russian: stemmer('light_russian'),
    stem_greek: stemmer('greek'),
    stem_german: stemmer('light_german'),
    stem_spanish: stemmer('light_spanish'),
    stem_french: stemmer('light_french'),
    stem_italian: stemmer('light_italian'),
    stem_portuguese: stemmer('light_portuguese'),
  },
  analyzer: {
    folded: analyzer(WORDS, ['joints']),
    folded_search: analyzer(WORDS_SEARCH, ['joints']),
    stemmed: analyzer(STEMS, ['joints']),
    stemmed_search: analyzer(STEMS_SEARCH, ['joints']),
    prose: analyzer(PROSE),
    prose_search: analyzer(STEMS_SEARCH),
    local_ar: analyzer(['lowercase', 'arabic_normalization', 'persian_normalization', 'stem_arabic']),
    local_cjk: analyzer(WORDS),
    local_cjk_search: analyzer(WORDS_SEARCH),
    local_de: analyzer(['lowercase', 'german_normalization', 'stem_german', 'asciifolding']),
    local_el: analyzer(['lowercase_greek', 'stem_greek']),
    local_es: analyzer([...FOLDING, 'stem_spanish', 'asciifolding']),
    local_fr: analyzer([...FOLDING, 'stem_french', 'asciifolding']),
    local_it: analyzer([...FOLDING, 'stem_italian', 'asciifolding']),
    local_pt: analyzer([...FOLDING, 'stem_portuguese', 'asciifolding']),
    local_ru: analyzer(['lowercase', 'stem_russian']),
  } satisfies Record<`local_${LocalLanguage}`, unknown> & Record<string, estypes.AnalysisAnalyzer>,
  normalizer: {
    lowercase: { type: 'custom', filter: ['lowercase'] },
    sortable: { type: 'custom', filter: ['lowercase', 'asciifolding'] },
  },
};
