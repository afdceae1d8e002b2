import type { estypes } from '@elastic/elasticsearch';
import type { SearchClient } from '../client.ts';
import { documentId } from '../document-id.ts';
import { LATEST, NUMBER_ONLY } from './request.ts';
import { askAll, toHit } from './search.ts';

/** The record to which others are compared. */
export interface SimilarityRequest {
  readonly sourceId: number | string;
  readonly oaiIdentifier: string;
  /** Other versions of the same concept are left out. */
  readonly conceptDoi: string | null;
  readonly size: number;
  readonly signal?: AbortSignal;
  /** How long Elasticsearch may search, in milliseconds; 2,000 unless specified. */
  readonly timeoutMs?: number;
}

/** Fields whose words make records similar. Names of people do not: the page of a person lists their records. */
const FIELDS = ['title', 'additional_titles', 'keywords', 'subjects.term', 'description'];

/** At most this number of words of the record is searched, the rarest first: cost grows with their number, not with the size of the record. */
const MOST_WORDS = 15;

/**
 * The numbers (`record_id`) of records whose titles, keywords and descriptions share rare words with a record, the most similar first;
 * empty if the record is not in the index. Latest versions only. Throws `SearchTooSlowError`, `SearchUnavailableError`,
 * `IndexMissingError`.
 */
export async function similarRecords(client: SearchClient, alias: string, request: SimilarityRequest): Promise<number[]> {
  const { sourceId, oaiIdentifier, conceptDoi, size, signal, timeoutMs = 2_000 } = request;
  const search: estypes.SearchRequest = {
    query: {
      bool: {
        must: [
          {
            more_like_this: {
              fields: FIELDS,
              like: [{ _index: alias, _id: documentId(sourceId, oaiIdentifier) }],
              max_query_terms: MOST_WORDS,
              min_term_freq: 1,
              min_doc_freq: 2,
              min_word_length: 3,
              minimum_should_match: '2<30%',
            },
          },
        ],
        filter: [LATEST],
        ...(conceptDoi !== null && { must_not: [{ term: { concept_doi: conceptDoi } }] }),
      },
    },
    size,
    track_total_hits: false,
    timeout: `${timeoutMs}ms`,
    ...NUMBER_ONLY,
  };
  const [found] = await askAll(client, alias, [search], signal);
  return found!.hits.hits.map((hit) => toHit(hit).source.record_id);
}
