import type { estypes } from '@elastic/elasticsearch';
import { ANALYSIS, LOCAL_LANGUAGES } from './analysis.ts';

/** Increased by each change below that makes old documents incomplete; part of the index name. */
export const MAPPING_VERSION = 12;

type Property = estypes.MappingProperty;

/** Maximum length of a value that is searchable as a whole; longer ones are in the document only. */
const IDENTIFIER_LENGTH = 1024;
const LABEL_LENGTH = 256;

/** Positions between two values of custom fields: more than a value has words. */
export const CUSTOM_VALUE_GAP = 1_000;

/** Compared case-insensitively: DOIs, ORCID iDs, set and community names. Never counted, so without doc values. */
const identifier: Property = { type: 'keyword', normalizer: 'lowercase', ignore_above: IDENTIFIER_LENGTH, doc_values: false };

/** The same, with facets. */
const slug: Property = { type: 'keyword', normalizer: 'lowercase', ignore_above: LABEL_LENGTH };

/** Kept in the case of the source, as facets show it. */
const label: Property = { type: 'keyword', ignore_above: LABEL_LENGTH };

/** In the document for display only. */
const unindexed: Property = { type: 'keyword', index: false, doc_values: false };

/** For sorting and reading only. */
const unsearched: Property = { type: 'long', index: false };

/** The same for text, compared exactly. */
const unsearchedText: Property = { type: 'keyword', index: false, ignore_above: LABEL_LENGTH };

/** Compared and counted case-insensitively; `written` has the spelling of the source, to show the usual one. */
const topic: Property = {
  type: 'keyword',
  normalizer: 'lowercase',
  ignore_above: LABEL_LENGTH,
  fields: { written: { type: 'keyword', index: false, ignore_above: LABEL_LENGTH } },
};

const date: Property = { type: 'date', format: 'strict_date_optional_time' };

type Fields = Record<string, Property>;

/** Unstemmed words, for names, whose endings have meaning. */
function folded(fields: Fields = {}, more: Partial<estypes.MappingTextProperty> = {}): Property {
  return { type: 'text', analyzer: 'folded', search_analyzer: 'folded_search', fields, ...more };
}

/** Prefixes of one or two letters are their own terms for suggestions; otherwise half of all terms would be scanned. */
const beginnings = { index_prefixes: { min_chars: 1, max_chars: 2 } };

/** Stems with positions, so that phrases need no second field. */
function stemmed(more: Partial<estypes.MappingTextProperty> = {}): Property {
  return { type: 'text', analyzer: 'stemmed', search_analyzer: 'stemmed_search', ...more };
}

/** A third of the cost of a document is its description: one field, cut once. */
const prose: Property = { type: 'text', analyzer: 'prose', search_analyzer: 'prose_search' };

/** A name: words, and the whole as a facet. */
const name = folded({ keyword: label });

const affiliations: Property = { properties: { name, ror: identifier } };

const customWords: Property = {
  type: 'text',
  analyzer: 'folded',
  search_analyzer: 'folded_search',
  norms: false,
  position_increment_gap: CUSTOM_VALUE_GAP,
};

/** Searched only if the query names the field. */
const namePart = folded({}, { norms: false, index_options: 'freqs' });

function person(personName: Property): Property {
  return {
    properties: {
      name: personName,
      family_name: namePart,
      given_name: namePart,
      role: label,
      orcid: identifier,
      /** Of other schemes: GND, ISNI. */
      identifiers: identifier,
      affiliations,
    },
  };
}

/** A record in one of these languages has its words here again, analysed for that language. */
const local: Fields = {
  ...Object.fromEntries(
    LOCAL_LANGUAGES.map((language) => [language, { type: 'text', analyzer: `local_${language}`, index_options: 'freqs' } as const]),
  ),
  cjk: { type: 'text', analyzer: 'local_cjk', search_analyzer: 'local_cjk_search', index_options: 'freqs' },
};

/** Every field of `SearchDocument`. A field that is missing here is stored in the document but not indexed. */
export const MAPPING = {
  dynamic: false,
  properties: {
    source_id: label,
    record_id: unsearched,
    revision: unsearched,
    stats_revision: unsearched,
    is_latest_version: { type: 'boolean' },
    oai_identifier: identifier,
    datestamp: { ...date, ignore_malformed: true },
    sets: identifier,
    first_seen_at: date,
    changed_at: date,

    recid: { type: 'long' },
    doi: identifier,
    concept_doi: identifier,
    concept_recid: { type: 'long' },
    identifiers: identifier,

    title: folded(
      {
        stemmed: stemmed({ index_options: 'freqs' }),
        sort: { type: 'keyword', normalizer: 'sortable', ignore_above: LABEL_LENGTH },
      },
      beginnings,
    ),
    additional_titles: stemmed(),
    local: { properties: local },
    creators: person(folded({ keyword: label }, beginnings)),
    contributors: person(folded()),
    publisher: folded(),
    publication_date: { ...date, ignore_malformed: true },
    publication_date_text: unindexed,
    publication_year: { type: 'integer' },
    resource_type: { properties: { general: label, text: label, type: label, subtype: label } },
    language: label,
    version: label,
    access_right: label,
    licenses: { properties: { id: slug, spdx: unindexed, title: folded(), url: identifier } },
    keywords: stemmed(),
    subjects: { properties: { term: stemmed(), scheme: label, identifier } },
    /** Keywords and subjects as facets show them: a keyword that holds a list is several. */
    topics: topic,
    description: prose,
    additional_descriptions: { properties: { text: prose, type: unindexed } },
    communities: slug,
    funding: {
      properties: {
        funder_name: name,
        funder_ror: identifier,
        funder_doi: identifier,
        award_number: identifier,
        award_title: folded(),
        award_url: identifier,
      },
    },
    related_identifiers: { properties: { identifier, scheme: label, relation_type: label } },
    locations: { type: 'geo_point' },
    stats: {
      properties: {
        views: { type: 'long' },
        downloads: { type: 'long' },
        unique_views: { type: 'long' },
        unique_downloads: { type: 'long' },
      },
    },
    references: { properties: { text: folded({}, { norms: false }), identifier } },
    /** Custom fields need no mapping: name and value are one term. A word of a value is searched with the name of its field before it. */
    custom: { ...identifier, fields: { words: customWords } },
    awards: { properties: { acronym: identifier, program: identifier } },
    journal: { properties: { volume: unsearchedText, issue: unsearchedText, pages: unsearchedText } },
    meeting: { properties: { session: unsearchedText, session_part: unsearchedText } },
    created: date,
    version_index: { type: 'integer' },
    swhid: identifier,
    file_types: slug,
    file_names: identifier,
    file_sizes: { type: 'long' },
    file_count: { type: 'integer' },
    total_bytes: { type: 'long' },
    places: folded(),
    dates: { properties: { date: { ...date, ignore_malformed: true }, type: label } },
    available_date: { ...date, ignore_malformed: true },
  },
} satisfies estypes.MappingTypeMapping;

/**
 * Settings of a new index, apart from its shards. `gc_deletes` is how long a deletion is remembered: a write older than the deletion that
 * arrives later than this would bring the document back, so it must exceed the longest delay between two attempts of a job.
 * A run refreshes when it ends; in between, a refresh every 5 s costs a sixth of the indexing more than one every 30 s.
 */
export const INDEX_SETTINGS: estypes.IndicesIndexSettings = {
  refresh_interval: '30s',
  codec: 'best_compression',
  gc_deletes: '1h',
  analysis: ANALYSIS,
};
