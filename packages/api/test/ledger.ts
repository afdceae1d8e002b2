import { addWebhook } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { createRun, finishRun, listWindows, moveWindow, type Run, suspectRecords } from '@thresher/store/harvest';
import type { HarvestedRecord } from '@thresher/store/write';
import { sql } from 'kysely';
import { harvested } from './harvested.ts';

const instant = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** A run of two windows, one complete and one that came short. */
export async function makeRun(db: Db, sourceId: number): Promise<Run> {
  const bounds = [
    ['2024-01-01', '2024-01-31'],
    ['2024-02-01', '2024-02-29'],
  ] as const;
  const windows = bounds.map(([from, until]) => ({ set_spec: null, from_datestamp: instant(from), until_datestamp: instant(until) }));
  const run = await createRun(
    db,
    {
      source_id: sourceId,
      kind: 'full',
      metadata_prefix: 'oai_datacite',
      set_specs: [],
      from_datestamp: null,
      until_datestamp: instant('2024-02-29'),
      options: {},
    },
    windows,
  );
  const [first, second] = await listWindows(db, run.id);
  await moveWindow(db, first!.id, 'planned', 'walking');
  await moveWindow(db, first!.id, 'walking', 'walked', { declared: 60 });
  await moveWindow(db, first!.id, 'walked', 'complete', { stored: 60, indexed: 60 });
  await moveWindow(db, second!.id, 'planned', 'walking');
  await moveWindow(db, second!.id, 'walking', 'short', { declared: 50, shortfall: 2, failure: 'of 50 declared records 48 arrived' });
  await finishRun(db, run.id, 'incomplete', '1 windows came short');
  return run;
}

/** An incomplete run, a page that failed, a record in quarantine, suspects, and a webhook with a message that failed. */
export async function fillLedger(
  { database: { db }, sourceId }: { readonly database: { readonly db: Db }; readonly sourceId: number },
  store: (records: readonly HarvestedRecord[]) => Promise<unknown>,
): Promise<Run> {
  const run = await makeRun(db, sourceId);
  const [window] = await listWindows(db, run.id);
  await sql`
    insert into harvest.page (window_id, source_id, attempt, number, verb, content, content_length, record_count, identifiers, state, tries, failure)
    values (${window!.id}, ${sourceId}, ${window!.attempt}, 0, 'ListRecords', '\\x28b52ffd2000010000', 1, 1, '{oai:zenodo.org:1}', 'fetched', 8, 'it cannot be mapped'),
           (${window!.id}, ${sourceId}, ${window!.attempt}, 1, 'ListRecords', '\\x28b52ffd2000010000', 1, 1, '{oai:zenodo.org:2}', 'done', 0, null)`.execute(
    db,
  );
  await sql`insert into harvest.quarantine (page_id, position, source_id, oai_identifier, reason, content)
    select id, 0, source_id, 'oai:zenodo.org:2', 'a bare ampersand', '<record>&</record>' from harvest.page where number = 1`.execute(db);
  await store([1, 2, 3].map((id) => harvested(id, '<titles><title>One</title></titles>')));
  const identifiers = [1, 2, 3].map((id) => `oai:zenodo.org:${id}`);
  await suspectRecords(db, { id: run.id, source_id: sourceId }, identifiers, { witness: 'sweep', says: 'it was not listed' });
  await sql`update harvest.suspect set state = 'held' where oai_identifier <> 'oai:zenodo.org:3'`.execute(db);
  const after = { at: 0, recordId: 0, revision: 0 };
  const webhook = await addWebhook(db, { url: 'https://example.org/hook', secret: 'whsec_x', types: null, communities: null, after });
  await sql`update harvest.webhook set disabled_reason = 'it answered 410' where id = ${webhook.id}`.execute(db);
  await sql`insert into harvest.webhook_delivery (webhook_id, body, changes, state, tries, failure) values (${webhook.id}, '{}', 1, 'failed', 9, '500')`.execute(
    db,
  );
  return run;
}
