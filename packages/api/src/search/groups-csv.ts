import { csvLine } from '@thresher/datacite';
import type { GroupCounts, Grouping } from '@thresher/search';

/** The table of `group_by`: a column of values and one of their labels for each facet, then the count. Pure. */
export function groupsCsv(counts: GroupCounts, grouping: Grouping): string {
  const head = [...grouping.flatMap((name) => [name, `${name}_label`]), 'records'];
  const lines = counts.buckets.flatMap(({ key, label, doc_count, group_by: inner }) =>
    inner === undefined ? [[key, label, doc_count]] : inner.buckets.map((one) => [key, label, one.key, one.label, one.doc_count]),
  );
  return [head, ...lines].map(csvLine).join('');
}
