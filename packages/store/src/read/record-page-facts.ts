import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** What a page about a record shows of it in addition to its metadata, files and counts. Instants are ISO 8601. */
export interface RecordPageFacts {
  /** As of when the source said so; null: only OAI-PMH has spoken of this record. */
  readonly factsAt: string | null;
  /** As of when the statistics and files are; null: never told. */
  readonly statsAt: string | null;
  /** As the source sends it: to be sanitised before it is shown. */
  readonly descriptionHtml: string | null;
  readonly languages: readonly string[];
  readonly references: readonly { readonly reference: string; readonly identifier: string | null; readonly scheme: string | null }[];
  /** In the order of field and position. */
  readonly customFields: readonly {
    readonly field: string;
    readonly position: number;
    readonly value: string | null;
    readonly json: unknown;
  }[];
}

/** Reads them of one record; null if there is none of that number. */
export async function readRecordPageFacts(db: Kysely<Database>, recordId: number): Promise<RecordPageFacts | null> {
  const { rows } = await sql<RecordPageFacts & { factsAt: Date | null; statsAt: Date | null }>`
    select r.facts_at as "factsAt", s.fetched_at as "statsAt", r.description_html as "descriptionHtml",
      array(select l.language from public.record_language l where l.record_id = r.id order by l.position) as languages,
      array(select json_build_object('reference', f.reference, 'identifier', f.identifier, 'scheme', f.scheme)
        from public.record_reference f where f.record_id = r.id order by f.position) as "references",
      array(select json_build_object('field', c.field, 'position', c.position, 'value', c.value, 'json', c.json)
        from public.record_custom_field c where c.record_id = r.id order by c.field, c.position) as "customFields"
    from public.record r left join public.record_stats s on s.record_id = r.id and s.status = 200 where r.id = ${recordId}`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { ...row, factsAt: row.factsAt?.toISOString() ?? null, statsAt: row.statsAt?.toISOString() ?? null };
}
