import type { estypes } from '@elastic/elasticsearch';

/** The words of the query in their context: pieces of a text, as HTML whose only element is `<mark>`. */
export interface Highlights {
  readonly title?: readonly string[];
  readonly creators?: readonly string[];
  readonly keywords?: readonly string[];
  readonly description?: readonly string[];
}

const WHOLE: estypes.SearchHighlightField = { number_of_fragments: 0 };

/** What is highlighted for a query without filters: the value of a chosen filter is not a word that somebody looks for. */
export const highlightOf = (words: estypes.QueryDslQueryContainer): estypes.SearchHighlight => ({ ...HIGHLIGHT, highlight_query: words });

/** A word found in one field is highlighted in the others as well. */
const HIGHLIGHT: estypes.SearchHighlight = {
  type: 'unified',
  encoder: 'html',
  pre_tags: ['<mark>'],
  post_tags: ['</mark>'],
  require_field_match: false,
  max_analyzed_offset: 100_000,
  fields: {
    title: { ...WHOLE, require_field_match: true, matched_fields: ['title', 'title.stemmed'] },
    'creators.name': WHOLE,
    keywords: WHOLE,
    description: { number_of_fragments: 1, fragment_size: 240 },
  },
};

export function readHighlights(found: Record<string, string[]> | undefined): Highlights {
  if (found === undefined) return {};
  const { title, 'creators.name': creators, keywords, description } = found;
  return { ...(title && { title }), ...(creators && { creators }), ...(keywords && { keywords }), ...(description && { description }) };
}
