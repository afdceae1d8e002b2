import type { RunTotals } from '@thresher/store/harvest';

/** Messages about what is missing in a run, or has to be known about it. */
export const problemsOf = (totals: Pick<RunTotals, 'short' | 'failed' | 'refused' | 'quarantined'>): string[] =>
  [
    totals.short > 0 ? `${totals.short} windows came short` : '',
    totals.failed > 0 ? `${totals.failed} windows could not be walked` : '',
    totals.refused > 0 ? `${totals.refused} documents were refused by Elasticsearch (thresher failures shows why)` : '',
    totals.quarantined > 0 ? `${totals.quarantined} records could not be read or stored and are in quarantine` : '',
  ].filter(Boolean);
