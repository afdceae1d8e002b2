import { type Kysely, type Selectable, sql } from 'kysely';
import { forgetOrphanSteps } from '../write/community-steps.ts';
import type { SourceTable } from '../database/harvest-schema.ts';
import type { Database } from '../database/db.ts';
import { deleteLists } from '../write/write-lists.ts';

export type Source = Selectable<SourceTable>;

/** A source by its name, its base URL, or its number. */
export async function findSource(db: Kysely<Database>, nameOrUrl: string): Promise<Source | undefined> {
  return db
    .selectFrom('harvest.source')
    .selectAll()
    .where((eb) => eb.or([eb('name', '=', nameOrUrl), eb('base_url', '=', nameOrUrl)]))
    .orderBy('id')
    .executeTakeFirst();
}

/** The source of an endpoint and a metadataPrefix: there is one at most. */
export async function findSourceAt(db: Kysely<Database>, baseURL: string, metadataPrefix: string): Promise<Source | undefined> {
  return db
    .selectFrom('harvest.source')
    .selectAll()
    .where('base_url', '=', baseURL)
    .where('metadata_prefix', '=', metadataPrefix)
    .executeTakeFirst();
}

export async function findSourceById(db: Kysely<Database>, id: number): Promise<Source> {
  return db.selectFrom('harvest.source').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function listSources(db: Kysely<Database>): Promise<Source[]> {
  return db.selectFrom('harvest.source').selectAll().orderBy('name').execute();
}

export interface NewSource {
  readonly name: string;
  readonly base_url: string;
  readonly metadata_prefix: string;
  /** If omitted: none for a new source, otherwise unchanged. */
  readonly set_specs?: string[];
  /** Only these settings are changed; null removes one. */
  readonly settings?: object;
}

/** Adds a source, or changes the one of that name: settings that are left out stay as they are, whatever others write meanwhile. */
export async function saveSource(db: Kysely<Database>, source: NewSource): Promise<Source> {
  const { rows } = await sql<Source>`
    insert into harvest.source as s (name, base_url, metadata_prefix, set_specs, settings)
    values (${source.name}, ${source.base_url}, ${source.metadata_prefix}, ${source.set_specs ?? []}::text[],
            jsonb_strip_nulls(${JSON.stringify(source.settings ?? {})}::jsonb))
    on conflict (name) do update set base_url = excluded.base_url, metadata_prefix = excluded.metadata_prefix,
      set_specs = coalesce(${source.set_specs ?? null}::text[], s.set_specs), settings = ${changed(source.settings ?? {})}
    returning *`.execute(db);
  return rows[0]!;
}

/** The settings of source `s` with these changed. */
const changed = (settings: object) => sql<Record<string, unknown>>`jsonb_strip_nulls(s.settings || ${JSON.stringify(settings)}::jsonb)`;

/** Gives a source another name. False, and nothing changes, if another source has that name. */
export async function renameSource(db: Kysely<Database>, id: number, name: string): Promise<boolean> {
  const { rows } = await sql`
    update harvest.source set name = ${name}
    where id = ${id} and not exists (select from harvest.source where name = ${name} and id <> ${id})
    returning id`.execute(db);
  return rows.length > 0;
}

/** Deletes records with all their rows in other tables. */
export async function deleteRecordRows(db: Kysely<Database>, recordIds: readonly number[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await deleteLists(trx, recordIds);
    await trx
      .deleteFrom('record')
      .where('id', 'in', [...recordIds])
      .execute();
  });
}

/** Removes a source with its runs and pages. Its records have to be gone before. */
export async function removeSource(db: Kysely<Database>, id: number): Promise<void> {
  await db.deleteFrom('harvest.source').where('id', '=', id).execute();
  await forgetOrphanSteps(db);
}

export interface Identity {
  readonly repository_name: string | null;
  readonly granularity: 'YYYY-MM-DD' | 'YYYY-MM-DDThh:mm:ssZ' | null;
  readonly earliest_datestamp: Date | null;
  readonly deleted_record: 'no' | 'persistent' | 'transient' | null;
}

/** Stores the answer of the repository to Identify. */
export async function saveIdentity(db: Kysely<Database>, sourceId: number, identity: Identity): Promise<void> {
  await db
    .updateTable('harvest.source')
    .set({ ...identity, identified_at: new Date() })
    .where('id', '=', sourceId)
    .execute();
}

/** Changes these settings of a source and no others; null removes one. One statement, so that no concurrent change is lost. */
export async function changeSettings(db: Kysely<Database>, sourceId: number, settings: object): Promise<void> {
  await db
    .updateTable('harvest.source as s')
    .set({ settings: changed(settings) })
    .where('id', '=', sourceId)
    .execute();
}

/** Removes a source from which nothing was ever harvested, with its failed runs. Returns false if there is anything to keep. */
export async function removeUnusedSource(db: Kysely<Database>, id: number): Promise<boolean> {
  const { rows } = await sql`
    delete from harvest.source s where s.id = ${id}
      and not exists (select from harvest.page p where p.source_id = s.id)
      and not exists (select from harvest.run r where r.source_id = s.id and r.state <> 'failed')
    returning s.id`.execute(db);
  return rows.length > 0;
}

/** The identity of this database, made once: an index that was built from another one is not written to. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  const row = await db.selectFrom('harvest.installation').select('id').executeTakeFirstOrThrow();
  return row.id;
}
