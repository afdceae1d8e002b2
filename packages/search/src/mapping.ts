import type { estypes } from '@elastic/elasticsearch';
import { ANALYSIS } from './analysis.ts';

/** Goes up with every change below that old documents do not fit; part of the index name. */
export const MAPPING_VERSION = 2;

type Property = estypes.MappingProperty;

/** Longest value that is a term of its own; longer ones stay in the document and are not found as a whole. */
const IDENTIFIER_LENGTH = 1024;
const LABEL_LENGTH = 256;

/** Compared without regard to case: DOIs, ORCID iDs, set and community names. */
const identifier: Property = { type: 'keyword', normalizer: 'lowercase', ignore_above: IDENTIFIER_LENGTH };

/** Kept in the case of the source, as facets show it. */
const label: Property = { type: 'keyword', ignore_above: LABEL_LENGTH };

/** In the document for display only. */
const unindexed: Property = { type: 'keyword', index: false, doc_values: false };

const date: Property = { type: 'date', format: 'strict_date_optional_time' };

function text(fields: Record<string, Property> = {}): Property {
  return { type: 'text', analyzer: 'folded', search_analyzer: 'folded_search', fields };
}

/** Without positions: phrases are looked for in the unstemmed field, and this is half the size. */
function stemmed(analyzer = 'stemmed'): Property {
  return { type: 'text', analyzer, index_options: 'freqs' };
}

const prefix: Property = {
  type: 'text',
  analyzer: 'prefix',
  search_analyzer: 'prefix_search',
  index_options: 'docs',
  norms: false,
};

/** A name or keyword: words, beginnings, and the whole as a facet. */
const name = text({ keyword: label, suggest: prefix });

const affiliations: Property = { properties: { name: text({ keyword: label }), ror: identifier } };

const person: Property = {
  properties: {
    name,
    type: label,
    given_name: unindexed,
    family_name: unindexed,
    role: label,
    orcid: identifier,
    affiliations,
  },
};

const titles: Property = text({
  stemmed: stemmed(),
  de: stemmed('stemmed_de'),
  es: stemmed('stemmed_es'),
  fr: stemmed('stemmed_fr'),
  it: stemmed('stemmed_it'),
  pt: stemmed('stemmed_pt'),
  suggest: prefix,
  sort: { type: 'keyword', normalizer: 'sortable', ignore_above: LABEL_LENGTH },
});

/** Every field of `SearchDocument`; what is not listed here is kept in the document and not indexed. */
export const MAPPING = {
  dynamic: false,
  properties: {
    source_id: label,
    record_id: { type: 'long' },
    revision: { type: 'long' },
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

    title: titles,
    additional_titles: text({ stemmed: stemmed() }),
    creators: person,
    contributors: person,
    publisher: text({ keyword: label }),
    publication_date: { ...date, ignore_malformed: true },
    publication_date_text: unindexed,
    publication_year: { type: 'integer' },
    resource_type: { properties: { general: label, text: label, type: label, subtype: label } },
    language: label,
    version: label,
    access_right: label,
    licenses: { properties: { id: identifier, spdx: label, title: text(), url: identifier } },
    keywords: text({ stemmed: stemmed(), keyword: label, suggest: prefix }),
    subjects: {
      properties: {
        term: text({ stemmed: stemmed(), keyword: label, suggest: prefix }),
        scheme: label,
        identifier,
      },
    },
    description: text({ stemmed: stemmed() }),
    additional_descriptions: { properties: { text: text({ stemmed: stemmed() }), type: label } },
    communities: identifier,
    funding: {
      properties: {
        funder_name: text({ keyword: label }),
        funder_ror: identifier,
        funder_doi: identifier,
        award_number: identifier,
        award_title: text(),
        award_url: identifier,
      },
    },
    related_identifiers: { properties: { identifier, scheme: label, relation_type: label } },
  },
} satisfies estypes.MappingTypeMapping;

/**
 * Settings of a new index. `gc_deletes` is how long a deletion is remembered: a write older than the deletion that
 * arrives later than this would bring the document back, so it must exceed the longest delay between two attempts of a job.
 */
export const INDEX_SETTINGS: estypes.IndicesIndexSettings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  refresh_interval: '1s',
  codec: 'best_compression',
  gc_deletes: '1h',
  analysis: ANALYSIS,
};
