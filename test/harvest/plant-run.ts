import type { Db } from '@thresher/store/database';
import { createRun, type Run, saveSource } from '@thresher/store/harvest';

/** What `harvest --detach` leaves behind: a run of the whole repository for the next harvester. */
export async function plantRun(db: Db, url: string, options: { readonly rate?: number; readonly concurrency?: number } = {}): Promise<Run> {
  const source = await saveSource(db, { name: new URL(url).host.replace(':', '-'), base_url: url, metadata_prefix: 'oai_datacite' });
  const until_datestamp = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  const bounds = { from_datestamp: null, until_datestamp };
  return createRun(db, { source_id: source.id, kind: 'full', metadata_prefix: 'oai_datacite', set_specs: [], ...bounds, options }, [
    { set_spec: null, ...bounds },
  ]);
}
