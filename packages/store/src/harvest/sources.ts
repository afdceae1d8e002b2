import type { Kysely, Selectable } from 'kysely';
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
  readonly set_specs?: string[];
  readonly settings?: Record<string, unknown>;
}

/** Adds a source, or changes the one of that name. */
export async function saveSource(db: Kysely<Database>, source: NewSource): Promise<Source> {
  const row = {
    ...source,
    set_specs: source.set_specs ?? [],
    settings: JSON.stringify(source.settings ?? {}) as unknown as Record<string, unknown>,
  };
  return db
    .insertInto('harvest.source')
    .values(row)
    .onConflict((oc) => oc.column('name').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Removes records with all that belongs to them. */
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

/** Keeps what the repository said of itself in Identify. */
export async function saveIdentity(db: Kysely<Database>, sourceId: number, identity: Identity): Promise<void> {
  await db
    .updateTable('harvest.source')
    .set({ ...identity, identified_at: new Date() })
    .where('id', '=', sourceId)
    .execute();
}

export async function saveSettings(db: Kysely<Database>, sourceId: number, settings: object): Promise<void> {
  await db
    .updateTable('harvest.source')
    .set({ settings: JSON.stringify(settings) as unknown as Record<string, unknown> })
    .where('id', '=', sourceId)
    .execute();
}

/** The identity of this database, made once: an index that was built from another one is not written to. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  const row = await db.selectFrom('harvest.installation').select('id').executeTakeFirstOrThrow();
  return row.id;
}
