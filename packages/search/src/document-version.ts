/** Statistics may change this often between two changes of their record; revisions of records then still fit a double. */
const STATS_REVISIONS = 2 ** 20;

/**
 * The external version of a document: the later revision of the record wins, and of one revision the later statistics. Elasticsearch
 * refuses what is older, in whatever order documents arrive.
 */
export function documentVersion(revision: number, statsRevision: number): number {
  return revision * STATS_REVISIONS + Math.min(statsRevision, STATS_REVISIONS - 1);
}
