import { Client, type ClientConfig } from 'pg';
import { isLostConnection, SilentServerError } from './lost-connection.ts';

/** How a connection that no longer answers is detected. All values in milliseconds. */
export interface Watch {
  /** Silence after a request before the server is asked about it on another connection. */
  readonly silentMs: number;
  readonly lookEveryMs: number;
  /** How long connecting may take, and an answer to that question. */
  readonly connectMs: number;
}

export const defaultWatch: Watch = { silentMs: 15_000, lookEveryMs: 5_000, connectMs: 10_000 };

/** What a second connection found out about the silent session. */
export type Finding = 'at work' | 'not at work' | 'no answer' | 'unknown';

/**
 * Whether a silent connection has to be closed: twice in a row its session was not at work on the request, or the server did
 * not answer at all. A statement that takes hours is at work.
 */
export const isDead = (findings: readonly Finding[]): boolean =>
  findings.length >= 2 && findings.slice(-2).every((finding) => finding === 'not at work' || finding === 'no answer');

/**
 * Ends sessions whose client has vanished, so that their locks are released. Within a transaction nothing here waits for
 * longer than a statement takes.
 */
const sessionSettings = `
  select set_config('idle_in_transaction_session_timeout', '60s', false) where current_setting('idle_in_transaction_session_timeout') = '0';
  set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set tcp_user_timeout = '60s'`;

/** Parts of pg's client that its types leave out. */
interface Inside {
  readonly processID: number | null;
  /** Cursors have a state, COPY streams have a buffer. */
  _getActiveQuery(): { readonly state?: unknown; readonly readableLength?: unknown } | null;
  readonly connection: {
    readonly stream: {
      readonly bytesRead: number;
      readonly readableLength: number;
      destroy(error?: Error): unknown;
    };
  };
}

type OnConnect = (error?: Error) => void;

/** Forces a silent connection to close. */
export interface Closable {
  abandon(error: Error): void;
}

/**
 * A kind of pg client that never ends the process: an error of a connection that is checked out rejects its statement and nothing
 * else. It notices half-open connections and frozen servers, which pg does not: TCP repeats an unanswered request for 15 minutes.
 */
export function watchedClient(watch: Watch): new (config?: string | ClientConfig) => Client & Closable {
  return class extends WatchedClient {
    constructor(config: string | ClientConfig = {}) {
      super(config, watch);
    }
  };
}

class WatchedClient extends Client implements Closable {
  readonly #config: ClientConfig;
  readonly #watch: Watch;
  #bytesRead = 0;
  #heardAt = performance.now();
  #findings: Finding[] = [];
  #asking = false;

  constructor(config: string | ClientConfig, watch: Watch) {
    const given = typeof config === 'string' ? { connectionString: config } : config;
    const whole = { connectionTimeoutMillis: watch.connectMs, keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...given };
    // pg hides it from enumeration.
    if (given.password !== undefined) whole.password = given.password;
    super(whole);
    this.#config = whole;
    this.#watch = watch;
    // Without a listener a connection that is lost while it is checked out ends the process.
    this.on('error', () => {});
  }

  override connect(): Promise<never>;
  override connect(callback: OnConnect): void;
  override connect(callback?: OnConnect): Promise<never> | void {
    if (callback !== undefined) return super.connect((error?: Error) => (error ? callback(error) : this.#begin(callback)));
    return new Promise((resolve, reject) => this.connect((error?: Error) => (error ? reject(error) : resolve(this as never))));
  }

  /** Closes the connection without notifying the server. Pending statements are rejected. */
  abandon(error: Error): void {
    this.#inside.connection.stream.destroy(error);
  }

  get #inside(): Inside {
    return this as unknown as Inside;
  }

  #begin(callback: OnConnect): void {
    const looking = setInterval(() => void this.#look(), this.#watch.lookEveryMs).unref();
    this.once('end', () => clearInterval(looking));
    // An older server may not know one of the settings; the connection is usable all the same.
    this.query(sessionSettings, (error) => callback(isLostConnection(error) ? error : undefined));
  }

  async #look(): Promise<void> {
    if (this.#heard()) return;
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs < this.#watch.silentMs || this.#asking) return;
    this.#asking = true;
    const finding = await this.#ask();
    this.#asking = false;
    // The server may have answered in the meantime.
    if (this.#heard()) return;
    this.#findings.push(finding);
    if (isDead(this.#findings)) this.abandon(new SilentServerError(performance.now() - this.#heardAt));
  }

  /** Whether bytes arrived since the last check, or none are expected. Not a listener, since pg-copy-streams must be the only listener. */
  #heard(): boolean {
    const { bytesRead } = this.#inside.connection.stream;
    if (bytesRead === this.#bytesRead && this.#isAwaiting()) return false;
    this.#bytesRead = bytesRead;
    this.#heardAt = performance.now();
    this.#findings = [];
    return true;
  }

  /** Whether the next byte must come from the server. It is our turn while a cursor is not read, or rows are not consumed. */
  #isAwaiting(): boolean {
    const active = this.#inside._getActiveQuery();
    if (active === null || (active.state !== undefined && active.state !== 'busy')) return false;
    return this.#inside.connection.stream.readableLength === 0 && !(Number(active.readableLength) > 0);
  }

  async #ask(): Promise<Finding> {
    const client = new Client({ ...this.#config, connectionTimeoutMillis: this.#watch.connectMs, query_timeout: this.#watch.connectMs });
    client.on('error', () => {});
    const inside = client as unknown as Inside;
    try {
      await client.connect();
      const { rows } = await client.query<{ at_work: boolean | null }>(
        `select state is null or (state = 'active' and wait_event is distinct from 'ClientRead') as at_work from pg_stat_activity where pid = $1`,
        [this.#inside.processID],
      );
      return rows[0]?.at_work === true ? 'at work' : 'not at work';
    } catch (error) {
      // The server answers, if only with an error: too many connections, for example.
      return 'severity' in (error as object) ? 'unknown' : 'no answer';
    } finally {
      inside.connection.stream.destroy();
    }
  }
}
