import { type Kysely, sql } from 'kysely';

/**
 * The role for people who query. It cannot log in by itself: grant it to those roles that may query, or give it a password.
 * Roles belong to the whole server, so it may be there already, and where this user may not make one that is no failure.
 * Its settings hold for those who log in as it; a session that only does `set role` sets its own timeout.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$
    begin
      begin
        if not exists (select from pg_roles where rolname = 'thresher_reader') then
          create role thresher_reader nologin;
          alter role thresher_reader set statement_timeout = '60s';
          alter role thresher_reader set default_transaction_read_only = on;
        end if;
      exception
        when duplicate_object or unique_violation then null; -- made at this moment from another database
      end;
      grant usage on schema public to thresher_reader;
      grant select on all tables in schema public to thresher_reader;
      alter default privileges in schema public grant select on tables to thresher_reader;
    exception
      when insufficient_privilege or undefined_object then
        raise notice 'the role thresher_reader was not made: % may not do that', current_user;
    end $$;
  `.execute(db);
}
