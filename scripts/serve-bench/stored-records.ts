import type { Db } from '@thresher/store/database';

/** What a record is looked up by, and what its finder remembers of it. */
export interface StoredRecord {
  readonly recid: number | null;
  readonly doi: string | null;
  readonly oaiIdentifier: string;
  readonly conceptDoi: string | null;
  readonly title: string | null;
  readonly creator: string | null;
}

const WANTED = 20_000;

/** Up to 20,000 records from all over the table, the same ones each time, in no order; read by their ids, since a table of millions takes minutes to go through. */
export async function someRecords(db: Db): Promise<StoredRecord[]> {
  const { rows } = await db.pool.query<StoredRecord>(
    `with span as (select min(id) as first, max(id) - min(id) as length from public.record)
     select recid, doi, oai_identifier as "oaiIdentifier", concept_doi as "conceptDoi", title,
       (select name from record_creator c where c.record_id = r.id order by position limit 1) as creator
     from generate_series(0, ${WANTED - 1}) n cross join span
     join public.record r on r.id = span.first + n * span.length / ${WANTED}
     where not r.deleted
     order by hashtext(oai_identifier)`,
  );
  return rows;
}
