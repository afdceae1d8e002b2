import type { Db } from '@thresher/store/database';
import { createRun, type Run, saveSource } from '@thresher/store/harvest';

interface Dates {
  readonly from: Date;
  readonly until: Date;
}

/** What `harvest --detach` leaves behind: a run of the whole repository, or of a span of dates, for the next harvester. */
export async function plantRun(
  db: Db,
  url: string,
  { bounds: dates, ...options }: { readonly rate?: number; readonly concurrency?: number; readonly bounds?: Dates } = {},
): Promise<Run> {
  const source = await saveSource(db, { name: new URL(url).host.replace(':', '-'), base_url: url, metadata_prefix: 'oai_datacite' });
  const until_datestamp = dates?.until ?? new Date(Math.floor(Date.now() / 1_000) * 1_000);
  const bounds = { from_datestamp: dates?.from ?? null, until_datestamp };
  return createRun(db, { source_id: source.id, kind: 'full', metadata_prefix: 'oai_datacite', set_specs: [], ...bounds, options }, [
    { set_spec: null, ...bounds },
  ]);
}
