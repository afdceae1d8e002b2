import type { MappedRdmRecord } from '@thresher/datacite';
import { statsOf } from '@thresher/store/read';
import type { RecordFacts } from '../src/shapes/record-facts.ts';

/** A record of JSON as the API reads it from the store, without a store. */
export function toldRecord({ header, metadata, facts }: MappedRdmRecord, at = new Date('2026-09-01T00:00:00Z')): RecordFacts {
  const recid = Number(/:(\d+)$/.exec(header.identifier)?.[1] ?? Number.NaN);
  const byField = Map.groupBy(facts.customFields, ({ field }) => field);
  const { stats, files } = facts;
  const counts = stats && { '': stats.allVersions, version_: stats.thisVersion };
  return {
    recordId: 1,
    oaiIdentifier: header.identifier,
    recid: Number.isSafeInteger(recid) ? recid : null,
    doi: metadata?.doi ?? null,
    conceptDoi: metadata?.conceptDoi ?? null,
    uniqueName: Number.isSafeInteger(recid) ? String(recid) : header.identifier,
    datestamp: header.datestamp && new Date(header.datestamp).toISOString(),
    revision: 1,
    firstSeenAt: at.toISOString(),
    changedAt: at.toISOString(),
    metadata,
    fetched: {
      recordId: 1,
      status: 200,
      fetchedAt: at,
      files,
      stats:
        counts &&
        statsOf((name) => {
          const of = counts[name.startsWith('version_') ? 'version_' : ''];
          const key = name.replace('version_', '').replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
          return of[key as keyof typeof of];
        }),
    },
    told: {
      facts: {
        ...facts,
        asOf: at.toISOString(),
        customFields: Object.fromEntries([...byField].map(([field, values]) => [field, values.map(({ json }) => json)])),
        customLists: [...byField].flatMap(([field, values]) => (values[0]!.inList ? [field] : [])),
      },
      communities: facts.communities,
    },
  };
}
