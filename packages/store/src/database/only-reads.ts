import type { ClientBase } from 'pg';

/** The role of a connection for read-only work may do more than read. The message says what. */
export class NotReadOnlyError extends Error {
  override readonly name = 'NotReadOnlyError';
  readonly role: string;

  constructor(role: string, rights: readonly string[]) {
    super(
      `the role ${role} may do more than read (${rights.join(', ')}): set DATABASE_READ_URL to a login role that is only a member of thresher_reader`,
    );
    this.role = role;
  }
}

interface Rights {
  readonly role: string;
  readonly super: boolean;
  /** Roles that it is a member of and that have rights over the server or this database. */
  readonly memberOf: readonly string[];
  readonly writes: boolean | null;
  readonly harvest: boolean | null;
}

/**
 * Throws NotReadOnlyError if the session's role could write, read the harvest's own tables (there are secrets of webhooks
 * among them) or reach beyond the database. A role set inside of a session with more rights is no protection: one `reset role`
 * leads back, so the role that logged in is looked at.
 */
export async function assertOnlyReads(client: Pick<ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query<Rights>(`
    select session_user as role,
      (select r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls from pg_roles r where r.rolname = session_user) as super,
      array(select r.rolname::text from pg_roles r
        where r.rolname <> session_user and pg_has_role(session_user, r.oid, 'member')
          and (r.rolname like 'pg\\_%' or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls)
        order by 1) as "memberOf",
      has_table_privilege(session_user, to_regclass('public.record'), 'insert, update, delete, truncate') as writes,
      has_schema_privilege(session_user, to_regnamespace('harvest'), 'usage') as harvest`);
  const [rights] = rows;
  const found = [
    ...(rights!.super ? ['it administers the server'] : []),
    ...rights!.memberOf.map((name) => `it is a member of ${name}`),
    ...(rights!.writes ? ['it writes records'] : []),
    ...(rights!.harvest ? ['it reads schema harvest'] : []),
  ];
  if (found.length > 0) throw new NotReadOnlyError(rights!.role, found);
}
