/**
 * Takes from PUBLIC what a role that only reads could harm others with, in the current database: temporary tables, blocks of
 * PL/pgSQL, and functions that change settings, lock, notify, write to the log of changes or end sessions of the same role.
 * Functions and languages belong to the superuser, so for anybody else that part does nothing; `npm run services` and
 * docker-compose.yml run it as one. May be repeated.
 *
 * @param owner the role that keeps these rights, if it is not the superuser itself
 */
export function restrictPublicSql(owner: string | null): string {
  const grant = owner === null ? '' : `execute format('grant execute on function %s to ${identifier(owner)} with grant option', harmful);`;
  return `
    do $restrict$
    declare
      harmful regprocedure;
    begin
      execute format('revoke temporary on database %I from public', current_database());
      revoke create on schema public from public;
      if not (select rolsuper from pg_roles where rolname = current_user) then
        return;
      end if;
      for harmful in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
          and (proname ~ '^(pg_(try_)?advisory_|lo_)'
            or proname in ('set_config', 'pg_notify', 'pg_logical_emit_message', 'pg_cancel_backend', 'pg_terminate_backend', 'loread', 'lowrite', 'pg_export_snapshot'))
      loop
        execute format('revoke execute on function %s from public', harmful);
        ${grant}
      end loop;
      revoke usage on language plpgsql from public;
      ${owner === null ? '' : `grant usage on language plpgsql to ${identifier(owner)} with grant option;`}
    end $restrict$`;
}

/** For use within a string that is quoted with ' as well. */
const identifier = (name: string): string => `"${name.replaceAll('"', '""').replaceAll("'", "''").replaceAll('%', '%%')}"`;
