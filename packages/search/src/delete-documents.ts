import type { estypes } from '@elastic/elasticsearch';
import { translateErrors, type SearchClient } from './client.ts';

/** Which documents to delete: all of a source, or only those of these records, except those with these ids. */
export interface DocumentChoice {
  readonly sourceId: number;
  readonly recordIds?: readonly number[];
  /** `_id`s. */
  readonly keep?: readonly string[];
}

/** Deletes the documents that match, as searches see them. A document that changes during the call stays. */
export async function deleteDocuments(
  client: SearchClient,
  alias: string,
  { sourceId, recordIds, keep = [] }: DocumentChoice,
): Promise<void> {
  const filter: estypes.QueryDslQueryContainer[] = [{ term: { source_id: String(sourceId) } }];
  if (recordIds !== undefined) filter.push({ terms: { record_id: [...recordIds] } });
  await translateErrors(alias, () =>
    client.deleteByQuery({ index: alias, conflicts: 'proceed', query: { bool: { filter, must_not: [{ ids: { values: [...keep] } }] } } }),
  );
}
