import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { DatabaseAwayError, isLostConnection, SilentServerError } from './lost-connection.ts';
import { type Closable, defaultWatch, type Watch, watchedClient } from './watched-client.ts';

export interface ReconnectingPoolOptions extends PoolConfig {
  readonly watch?: Partial<Watch>;
  /** How long an unreachable server is waited for, if it was reachable before, before a statement fails; in milliseconds, default 0. */
  readonly reconnectMs?: number;
  /** Called with each error of a connection that is opened again or was lost while idle. */
  readonly onLost?: (error: Error) => void;
  /** After it aborts, nothing waits for an unreachable server any more, and connections still in use are closed after `graceMs`. */
  readonly signal?: AbortSignal;
}

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void;

/** How long statements may continue after the signal, and how long closing a connection may take. */
const graceMs = 8_000;
const closeMs = 3_000;

/** A pool of connections that outlives its server's restarts: see {@link ReconnectingPoolOptions}. */
export class ReconnectingPool extends Pool {
  readonly #clients = new Set<Closable>();
  readonly #reconnectMs: number;
  readonly #onLost: (error: Error) => void;
  readonly #closed = new AbortController();
  #wasThere = false;

  constructor({ watch, reconnectMs = 0, onLost = () => {}, signal, ...config }: ReconnectingPoolOptions) {
    super({ ...config, Client: watchedClient({ ...defaultWatch, ...watch }) });
    this.#reconnectMs = reconnectMs;
    this.#onLost = onLost;
    // Without a listener an idle connection that PostgreSQL closes (57P01) ends the process.
    this.on('error', onLost);
    this.on('connect', (client) => this.#clients.add(client as unknown as Closable));
    this.on('remove', (client) => this.#clients.delete(client as unknown as Closable));
    signal?.addEventListener('abort', () => this.#hurry(), { once: true });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    const connecting = this.#connectPatiently();
    if (callback === undefined) return connecting;
    const onError = (error: unknown): void => callback(error as Error, undefined, () => {});
    // oxlint-disable-next-line promise/no-callback-in-promise -- pg's own code calls it like this
    connecting.then((client) => callback(undefined, client, (release) => client.release(release as Error)), onError);
  }

  /** Waits until all connections are closed; for a server that does not answer at most `graceMs`. */
  override async end(): Promise<void> {
    this.#closed.abort();
    const late = setTimeout(() => this.#abandonAll(closeMs), closeMs);
    await super.end().finally(() => clearTimeout(late));
  }

  async #connectPatiently(): Promise<PoolClient> {
    const until = performance.now() + this.#reconnectMs;
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        const client = await super.connect();
        this.#wasThere = true;
        return client;
      } catch (error) {
        if (!this.#wasThere || this.#reconnectMs === 0 || this.#closed.signal.aborted || !isLostConnection(error)) throw error;
        if (performance.now() >= until) throw new DatabaseAwayError(this.#reconnectMs, error);
        this.#onLost(error as Error);
        await sleep(pauseMs, undefined, { signal: this.#closed.signal }).catch(() => {});
      }
    }
  }

  #hurry(): void {
    this.#closed.abort();
    setTimeout(() => this.#abandonAll(graceMs), graceMs).unref();
  }

  #abandonAll(ms: number): void {
    for (const client of this.#clients) client.abandon(new SilentServerError(ms));
  }
}
