import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { DatabaseError, type ClientBase } from 'pg';
import { createDb, type Db } from './db.ts';

/** Read-only work cannot log in as a role that only reads. The message says what to do. */
export class ReadLoginError extends Error {
  override readonly name = 'ReadLoginError';
}

/** A login role that can only read, and how to reach the database as it. */
export interface ReadLogin {
  readonly role: string;
  readonly password: string;
  readonly url: string;
}

/** What the role starts every session with. A session may change most of these, so `readRows` limits time and rows itself. */
const settings: Readonly<Record<string, string>> = {
  default_transaction_read_only: 'on',
  statement_timeout: '60s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '10min',
  client_connection_check_interval: '10s',
  work_mem: '32MB',
  max_parallel_workers_per_gather: '2',
};

/** Only a superuser, or a role that was granted this parameter, may set it. No session of the role can change it then. */
const temporaryFiles = { name: 'temp_file_limit', value: '4GB' };

/** Maximum number of sessions of the role on the server. The remaining ones of 100 are for roles that write. */
const connectionLimit = 20;

/**
 * The login role that belongs to the role of a database URL: `thresher_query` to `thresher`. Its password follows from the
 * owner's by HMAC, so every process that has the owner's URL finds the same one and nothing is stored; the owner's password
 * does not follow from it. If the URL has no password, a random one is used, which works if the server asks for none.
 */
export function readLoginOf(databaseUrl: string): ReadLogin {
  const url = new URL(databaseUrl);
  const role = `${decodeURIComponent(url.username || 'postgres').slice(0, 50)}_query`;
  const key = decodeURIComponent(url.password);
  const password =
    key === '' ? randomBytes(24).toString('base64url') : createHmac('sha256', key).update(`read login ${role}`).digest('base64url');
  url.username = encodeURIComponent(role);
  url.password = password;
  return { role, password, url: url.href };
}

/**
 * Creates the login role as a member of `thresher_reader`, with its limits. Returns false if there is a role of that name
 * already, which is left as it is. Throws what PostgreSQL does, 42501 if this user may not create roles.
 */
export async function createReadLogin(owner: Pick<ClientBase, 'query'>, { role, password }: ReadLogin): Promise<boolean> {
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount !== 0) return false;
  try {
    await owner.query(
      `create role ${quoted(role)} login password '${scramVerifier(password)}' connection limit ${connectionLimit} in role thresher_reader`,
    );
  } catch (error) {
    // Two processes may come here at once.
    if (error instanceof DatabaseError && (error.code === '42710' || error.code === '23505')) return false;
    throw error;
  }
  // The owner must be able to end its sessions: dropping a database requires it.
  await owner.query(`grant ${quoted(role)} to current_user`);
  await limitReadLogin(owner, role);
  return true;
}

/** Gives the role its settings. */
export async function limitReadLogin(owner: Pick<ClientBase, 'query'>, role: string): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await owner.query(`alter role ${quoted(role)} set ${name} = '${value}'`);
  try {
    await owner.query(`alter role ${quoted(role)} set ${temporaryFiles.name} = '${temporaryFiles.value}'`);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === '42501')) throw error;
  }
}

/**
 * Opens the database for read-only work: at `readUrl`, or if that is not given as the login role that belongs to
 * `databaseUrl`, which is created at its first use. `owner` is asked for only then. Throws ReadLoginError.
 */
export async function openReadDb(
  {
    readUrl,
    databaseUrl,
    onIdleError,
  }: { readonly readUrl: string | undefined; readonly databaseUrl: () => string; readonly onIdleError?: (error: Error) => void },
  owner: () => Promise<Db>,
): Promise<Db> {
  const open = (connectionString: string): Db => createDb({ connectionString, max: 4, ...(onIdleError && { onIdleError }) });
  if (readUrl !== undefined) return open(readUrl);
  const login = readLoginOf(databaseUrl());
  const db = open(login.url);
  try {
    if (!(await canLogIn(db))) await createFor(await owner(), login, db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function createFor(owner: Db, login: ReadLogin, db: Db): Promise<void> {
  try {
    await createReadLogin(owner.pool, login);
  } catch (cause) {
    throw new ReadLoginError(
      `the role ${login.role} for read-only work could not be created (${(cause as Error).message}): ${advice(login.role)}`,
      { cause },
    );
  }
  if (!(await canLogIn(db)))
    throw new ReadLoginError(`the role ${login.role} for read-only work has another password: ${advice(login.role)}`);
}

const advice = (role: string): string =>
  `as an administrator run create role ${role} login password '…' in role thresher_reader (or alter role), and set DATABASE_READ_URL=postgres://${role}:…@host:port/database`;

/** False if the role or its password is not known to the server. */
async function canLogIn(db: Db): Promise<boolean> {
  try {
    await db.pool.query('select 1');
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && (error.code === '28P01' || error.code === '28000')) return false;
    throw error;
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What PostgreSQL stores of a password (RFC 5803), so that the password itself is in no statement and no server log. */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
}
