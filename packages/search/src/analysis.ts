import type { estypes } from '@elastic/elasticsearch';

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

/** Case, accents, widths and letter variants away; what every script needs before words can be compared. */
const FOLDING = ['cjk_width', 'lowercase', 'elision_romance', 'arabic_normalization', 'persian_normalization'];

/** Stemmers that each touch one script only and so can follow one another. */
const SCRIPT_STEMMERS = ['stem_arabic', 'stem_russian', 'lowercase_greek', 'stem_greek'];

function analyzer(...filter: string[]): estypes.AnalysisAnalyzer {
  return { type: 'custom', char_filter: ['joints'], tokenizer: 'standard', filter };
}

function stemmer(language: string): estypes.AnalysisTokenFilter {
  return { type: 'stemmer', language };
}

/**
 * Analyzers by name. `folded` keeps words whole and cuts Chinese, Japanese and Korean into single characters and
 * pairs; `folded_search` asks for pairs only, so that a word of three characters does not match any text that has
 * one of them. `stemmed` is English plus one stemmer per other script; `stemmed_de` and so on are for languages that
 * share the Latin script with English.
 */
export const ANALYSIS: estypes.IndicesIndexSettingsAnalysis = {
  // The tokenizer takes `sea_ice` and `Chiroptera:Vespertilionidae` for one word; titles are full of file names.
  char_filter: { joints: { type: 'mapping', mappings: ['_ => \\u0020', ': => \\u0020'] } },
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
    prefixes: { type: 'edge_ngram', min_gram: 1, max_gram: 15 },
  },
  analyzer: {
    folded: analyzer(...FOLDING, 'asciifolding', 'cjk_characters_and_pairs'),
    folded_search: analyzer(...FOLDING, 'asciifolding', 'cjk_bigram'),
    stemmed: analyzer('possessive', ...FOLDING, 'stem_english', ...SCRIPT_STEMMERS, 'asciifolding', 'cjk_bigram'),
    stemmed_de: analyzer(...FOLDING, 'german_normalization', 'stem_german', 'asciifolding'),
    stemmed_es: analyzer(...FOLDING, 'stem_spanish', 'asciifolding'),
    stemmed_fr: analyzer(...FOLDING, 'stem_french', 'asciifolding'),
    stemmed_it: analyzer(...FOLDING, 'stem_italian', 'asciifolding'),
    stemmed_pt: analyzer(...FOLDING, 'stem_portuguese', 'asciifolding'),
    prefix: analyzer(...FOLDING, 'asciifolding', 'prefixes'),
    prefix_search: analyzer(...FOLDING, 'asciifolding'),
  },
  normalizer: {
    lowercase: { type: 'custom', filter: ['lowercase'] },
    sortable: { type: 'custom', filter: ['lowercase', 'asciifolding'] },
  },
};
