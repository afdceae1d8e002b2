import { type Kysely, sql } from 'kysely';
import { restrictPublicSql } from '../src/database/restrict-public.ts';

/**
 * Read-only work logs in as its own role, which has no rights but those of `thresher_reader` and PUBLIC. So PUBLIC loses
 * what it does not need, and tables that are added later are readable, no matter which role owns the database by now.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(restrictPublicSql(null)).execute(db);
  await sql`
    do $$
    begin
      alter default privileges in schema public grant select on tables to thresher_reader;
      alter default privileges in schema analytics grant select on tables to thresher_reader;
    exception
      when insufficient_privilege or undefined_object then
        raise notice 'thresher_reader does not read what is added later';
    end $$;
  `.execute(db);
}
