import { hash, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createDb, type Db } from '../src/database/db.ts';
import { createReadLogin, readLoginOf } from '../src/database/read-login.ts';
import { migrateToLatest, migrationFolder } from '../src/database/migrate.ts';

export { migrateTo } from '../src/database/migrate.ts';
export { openProxy, type TestProxy } from './proxy.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** The same database for a login role that can only read. */
  readonly readUrl: string;
  readonly db: Db;
  /** Logged in as that role. */
  readonly readDb: Db;
}

/** What a template holds next to the schema of the migrations, made by another package. */
export interface TemplatePart {
  /** Lower-case letters: part of the name of the template. */
  readonly name: string;
  /** Makes it in the database of this address. */
  readonly make: (url: string) => Promise<void>;
}

/**
 * A separate, migrated database on the server of `baseUrl` (DATABASE_URL of the tests; the user must be allowed to
 * create databases). It is cloned from a template that is made once for each state of the migrations, with `part` if one is
 * given. Disposing closes the connections and drops it.
 */
export async function createTestDatabase(baseUrl: string | undefined, part?: TemplatePart): Promise<TestDatabase> {
  if (!baseUrl) throw new Error('DATABASE_URL is not set: run the tests with npm test, or see npm run services');
  const template = ['thresher_template', await schemaFingerprint(), ...(part === undefined ? [] : [part.name])].join('_');
  const name = `thresher_test_${randomBytes(6).toString('hex')}`;
  await withClient(baseUrl, async (client) => {
    await ensureTemplate(client, baseUrl, template, part);
    await client.query(`create database ${name} template ${template}`);
    // A database's own grants are not cloned.
    await client.query(`revoke temporary on database ${name} from public`);
    await createReadLogin(client, readLoginOf(baseUrl));
  });
  const url = databaseUrl(baseUrl, name);
  const readUrl = readLoginOf(url).url;
  const [db, readDb] = [createDb(url), createDb(readUrl)];
  await giveIdentity(db);
  return {
    url,
    readUrl,
    db,
    readDb,
    async [Symbol.asyncDispose]() {
      await readDb.destroy();
      await dropDatabase(baseUrl, name, db);
    },
  };
}

/** A clone would be the same installation as its template, with the same queues. */
async function giveIdentity(db: Db): Promise<void> {
  await db.updateTable('harvest.installation').set({ id: randomUUID() }).execute();
}

/** Ten hex digits over names and contents of the migrations. */
async function schemaFingerprint(): Promise<string> {
  const names = (await fs.readdir(migrationFolder)).sort();
  const contents = await Promise.all(names.map((name) => fs.readFile(path.join(migrationFolder, name), 'utf8')));
  return hash('sha256', JSON.stringify([names, contents])).slice(0, 10);
}

/** Under an advisory lock, as test files run in parallel. It gets its name last: a half made one is never cloned. */
async function ensureTemplate(client: Client, baseUrl: string, template: string, part: TemplatePart | undefined): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('thresher template'))`);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount) return;
    const draft = `${template}_draft`;
    await client.query(`drop database if exists ${draft}`);
    await client.query(`create database ${draft}`);
    await migrateDatabase(databaseUrl(baseUrl, draft));
    await part?.make(databaseUrl(baseUrl, draft));
    await client.query(`alter database ${draft} rename to ${template}`);
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('thresher template'))`);
  }
}

async function migrateDatabase(url: string): Promise<void> {
  await using db = createDb(url);
  await migrateToLatest(db);
}

async function dropDatabase(baseUrl: string, name: string, db: Db): Promise<void> {
  await db.destroy();
  await withClient(baseUrl, async (client) => {
    await endSessions(client, name);
    // Without `force`, which a role that is no superuser is refused as long as autovacuum works in the database.
    await client.query(`drop database if exists ${name}`);
  });
}

/** Ends the sessions that the owner may end, and waits for the others: they were closed a moment ago. */
async function endSessions(client: Client, name: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
    const { rowCount } = await client.query(
      `select case when pg_has_role(usesysid, 'usage') then pg_terminate_backend(pid) end
       from pg_stat_activity where datname = $1 and usesysid is not null`,
      [name],
    );
    if (rowCount === 0) return;
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(baseUrl: string, name: string): string {
  const url = new URL(baseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
