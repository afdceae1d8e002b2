import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createReadLogin, limitReadLogin, readLoginOf, restrictPublicSql, scramVerifier } from '@thresher/store/database';
import pg from 'pg';

/** For set-up only: nothing else logs in as it. */
export const SUPERUSER = 'thresher_superuser';
/** Owns the database, and may create databases and roles, as tests and benchmarks do. */
export const OWNER = 'thresher';
const DATABASE = 'thresher';

/** Exists only while an older data folder is upgraded. */
const SETUP = 'thresher_setup';

/** A running server of ours and the files with the passwords of its roles. */
export interface RoleFiles {
  readonly port: number;
  /** Password of the owner. */
  readonly owner: string;
  /** Password of the superuser. Not there if the data folder was made when the owner was the superuser. */
  readonly superuser: string;
}

export interface DatabaseUrls {
  readonly owner: string;
  readonly reader: string;
}

/** Writes a generated password; the file belongs to this user alone. */
export function writePassword(file: string): void {
  writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
}

export function superuserUrl({ port, superuser, owner }: RoleFiles, database = 'postgres'): string {
  return existsSync(superuser) ? urlFor(port, SUPERUSER, read(superuser), database) : urlFor(port, OWNER, read(owner), database);
}

/**
 * Brings the roles of a running server and their rights to what they should be: a superuser for set-up, the owner, and a login
 * role that can only read. Each start does it again, so a killed one is mended. Returns the addresses of the database.
 */
export async function prepareRoles(files: RoleFiles): Promise<DatabaseUrls> {
  if (!existsSync(files.superuser)) await separateSuperuser(files);
  const owner = urlFor(files.port, OWNER, read(files.owner), DATABASE);
  const login = readLoginOf(owner);
  const databases = await withClient(superuserUrl(files), async (client) => {
    await prepareOwner(client, read(files.owner));
    if (!(await createReadLogin(client, login))) await limitReadLogin(client, login.role);
    await client.query(`grant ${login.role} to ${OWNER}`);
    await prepareDatabases(client);
    await client.query(`drop role if exists ${SETUP}`);
    return ownedBySuperuser(client);
  });
  for (const database of databases) await withClient(superuserUrl(files, database), handOver);
  // New databases are copies of template1.
  for (const database of ['template1', DATABASE])
    await withClient(superuserUrl(files, database), (client) => client.query(restrictPublicSql(OWNER)));
  return { owner, reader: login.url };
}

async function prepareOwner(client: pg.Client, password: string): Promise<void> {
  if (!(await exists(client, OWNER)))
    await client.query(`create role ${OWNER} login createdb createrole password '${scramVerifier(password)}'`);
  await client.query(`alter role ${OWNER} set createrole_self_grant = 'set, inherit'`);
  if (!(await exists(client, 'thresher_reader'))) await client.query('create role thresher_reader nologin');
  await client.query(`grant thresher_reader to ${OWNER} with admin option`);
}

async function prepareDatabases(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  await client.query('revoke connect, temporary on database postgres, template1 from public');
}

async function exists(client: pg.Client, role: string): Promise<boolean> {
  return (await client.query('select from pg_roles where rolname = $1', [role])).rowCount !== 0;
}

/**
 * In older data folders the owner is the superuser that PostgreSQL was initialised with, whose rights cannot be taken away. It
 * gets another name and password, and a new role takes over its name, its password and its databases.
 */
async function separateSuperuser(files: RoleFiles): Promise<void> {
  const draft = `${files.superuser}.new`;
  // The rename may be done already, and the start have been killed before the file got its name.
  if (!existsSync(draft) || !(await answersAs(urlFor(files.port, SUPERUSER, read(draft), 'postgres')))) {
    writePassword(draft);
    const setupPassword = randomBytes(18).toString('base64url');
    await withClient(urlFor(files.port, OWNER, read(files.owner), 'postgres'), async (client) => {
      await client.query(`drop role if exists ${SETUP}`);
      await client.query(`create role ${SETUP} login superuser password '${scramVerifier(setupPassword)}'`);
    });
    await withClient(urlFor(files.port, SETUP, setupPassword, 'postgres'), (client) => swapNames(client, read(draft), read(files.owner)));
  }
  renameSync(draft, files.superuser);
}

async function swapNames(client: pg.Client, superuserPassword: string, ownerPassword: string): Promise<void> {
  await client.query('begin');
  await client.query(`alter role ${OWNER} rename to ${SUPERUSER}`);
  await client.query(`alter role ${SUPERUSER} password '${scramVerifier(superuserPassword)}'`);
  await client.query(`create role ${OWNER} login createdb createrole password '${scramVerifier(ownerPassword)}'`);
  await client.query('commit');
}

/** Databases that people made when the owner was the superuser; `handOver` then finds what is in them. */
async function ownedBySuperuser(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datdba = $1::regrole and not datistemplate and datallowconn and datname <> 'postgres'`,
    [SUPERUSER],
  );
  return rows.map((row) => row.name);
}

/** Gives everything in the current database that the superuser made, and at last the database itself, to the owner. */
async function handOver(client: pg.Client): Promise<void> {
  await client.query(`
    set search_path = pg_catalog;
    do $$
    declare
      superuser constant oid := '${SUPERUSER}'::regrole;
      first_made constant oid := 16384;
      statement text;
    begin
      for statement in
        select format('alter schema %I owner to ${OWNER}', nspname) from pg_namespace where nspowner = superuser and oid >= first_made
        union all
        select format('alter %s %s owner to ${OWNER}', case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end, c.oid::regclass)
        from pg_class c
        where relowner = superuser and c.oid >= first_made and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and (d.deptype = 'e' or (c.relkind = 'S' and d.deptype in ('a', 'i'))))
        union all
        select format('alter routine %s owner to ${OWNER}', p.oid::regprocedure) from pg_proc p
        where proowner = superuser and p.oid >= first_made
          and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        union all
        select format('alter type %s owner to ${OWNER}', t.oid::regtype) from pg_type t
        where typowner = superuser and t.oid >= first_made
          and (typtype in ('e', 'd', 'r') or (typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c')))
          and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype in ('e', 'i'))
        union all
        select format('alter default privileges for role ${OWNER} in schema %I grant select on tables to thresher_reader', nspname)
        from pg_namespace where nspname in ('public', 'analytics') and has_schema_privilege('thresher_reader', oid, 'usage')
      loop
        execute statement;
      end loop;
      execute format('alter database %I owner to ${OWNER}', current_database());
    end $$`);
}

async function answersAs(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch(() => false);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const read = (file: string): string => readFileSync(file, 'utf8');

function urlFor(port: number, role: string, password: string, database: string): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
}
