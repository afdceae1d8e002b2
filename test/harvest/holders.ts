import { randomInt } from 'node:crypto';
import { createOaiClient } from '@thresher/oai';
import { createRepository, createSim, createTransport, type Repository, type Sim } from '@thresher/oai-sim';
import { openHostRateLimit } from '@thresher/pipeline';
import type { Db, ListVerb } from '@thresher/store/database';
import { countOpenWindows, holdHarvesterLock, leaseWindow, type Run } from '@thresher/store/harvest';
import type { TestDatabase } from '@thresher/store/testing';
import { createRequestStats } from '../../packages/pipeline/src/walk/request-stats.ts';
import { walkWindow, type WalkDeps } from '../../packages/pipeline/src/walk/walk-window.ts';
import { createWholeDatabase, log } from '../harness.ts';
import { plantRun } from './plant-run.ts';

/** Where a walker stands until the test lets it go on. */
export type Gate =
  /** Before it leases a window. */
  | 'lease'
  /** It may send a request as far as its rate limit is concerned, and has not written it to the ledger. */
  | 'turn'
  /** The ledger has let it send; the server knows nothing of it. */
  | 'send'
  /** The server has answered; the walker has not read it. */
  | 'answer';

/** A harvester process as the ledger sees one: a number that is locked in a session. */
export interface Holder {
  readonly owner: number;
  /** Its session ends, as that of a process that was stopped. Resolves when the server has noticed. */
  loseSession(): Promise<void>;
  /** As `takeIdentity` does: another session under the same number. */
  regainSession(): Promise<void>;
}

/** One list at a time, walked by the code of the harvester against a real ledger, from gate to gate. */
export interface Walker {
  readonly holder: Holder;
  /** Null: it has ended, as nothing is left to walk. */
  gate(): Gate | null;
  /** Lets it go on, and resolves when it stands at another gate. */
  step(): Promise<Gate | null>;
  /** Steps until it stands there; throws if it never does. */
  until(gate: Gate): Promise<void>;
}

export interface Scene extends AsyncDisposable {
  readonly db: Db;
  readonly run: Run;
  readonly sim: Sim;
  readonly repository: Repository;
  holder(): Promise<Holder>;
  walker(holder: Holder): Promise<Walker>;
  /** Lets walkers go on until no window is left to walk. */
  finish(walkers: readonly Walker[]): Promise<void>;
  outcome(): Promise<{ readonly states: readonly string[]; readonly identifiers: readonly string[] }>;
  ledger(): string[];
}

export interface SceneOptions {
  readonly size: number;
  readonly pageSize: number;
  readonly verb?: ListVerb;
  /** Requests per minute; null: no limit known, so that tokens are marked as sent with their page. */
  readonly rate: number | null;
  readonly database?: TestDatabase;
}

/** A list whose tokens advance a scroll and that declares no size, so that no count shows that a page is missing. */
export async function openScene({ size, pageSize, verb = 'ListRecords', rate, database }: SceneOptions): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const { db } = database ?? stack.use(await createWholeDatabase(process.env['DATABASE_URL']));
  const repository = createRepository({ seed: 5, size, pageSize });
  const sim = createSim({ repository, faults: [{ fault: 'size-absent', rate: 1 }] });
  // One database holds many scenes, each with its own source.
  const host = `127.0.0.1:${randomInt(1, 65_536)}`;
  const run = await plantRun(db, `http://${host}/${randomInt(1e9)}/oai2d`);
  const stop = new AbortController();
  stack.defer(() => stop.abort(new Error('the test is over')));
  const place: Place = { db, run, sim, host, verb, rate, signal: stop.signal };
  return {
    db,
    run,
    sim,
    repository,
    async holder() {
      const { holder, close } = await openHolder(db);
      stack.defer(close);
      return holder;
    },
    walker: (holder) => openWalker(place, holder),
    async finish(walkers) {
      while (walkers.some((walker) => walker.gate() !== null)) await Promise.all(walkers.map((walker) => walker.step()));
    },
    outcome: () => outcomeOf(db, run),
    ledger: () => [...repository.ledger()].map((entry) => entry.identifier).sort(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function outcomeOf(db: Db, run: Run) {
  const { rows } = await db.pool.query<{ state: string }>('select state from harvest.window where run_id = $1', [run.id]);
  const { rows: listed } = await db.pool.query<{ identifier: string }>(
    `select distinct i as identifier from harvest.window w join harvest.page p on p.window_id = w.id and p.attempt = w.attempt, unnest(p.identifiers) i
     where w.run_id = $1 and w.state = 'walked'`,
    [run.id],
  );
  return { states: rows.map((row) => row.state), identifiers: listed.map((row) => row.identifier).sort() };
}

async function openHolder(db: Db): Promise<{ readonly holder: Holder; close(): void }> {
  const owner = randomInt(1, 2 ** 31 - 1);
  const hold = async () => {
    const session = await db.pool.connect();
    while (!(await holdHarvesterLock(session, owner)));
    return session;
  };
  const held = async (): Promise<boolean> =>
    (await db.pool.query(`select from pg_locks where locktype = 'advisory' and objid = $1`, [owner])).rowCount !== 0;
  let session: Awaited<ReturnType<typeof hold>> | null = await hold();
  const close = (): void => {
    session?.release(true);
    session = null;
  };
  const holder: Holder = {
    owner,
    async loseSession() {
      close();
      while (await held());
    },
    async regainSession() {
      session ??= await hold();
    },
  };
  return { holder, close };
}

interface Place {
  readonly db: Db;
  readonly run: Run;
  readonly sim: Sim;
  readonly host: string;
  readonly verb: ListVerb;
  readonly rate: number | null;
  readonly signal: AbortSignal;
}

/** Stops work at its gates, and lets it continue from one to the next. */
function createGates(signal: AbortSignal) {
  let gate: Gate | null = null;
  let goOn = (): void => {};
  let stands: (gate: Gate | null) => void = () => {};
  return {
    gate: () => gate,
    pass(next: Gate): Promise<void> {
      signal.throwIfAborted();
      gate = next;
      stands(next);
      return new Promise((resolve) => (goOn = resolve));
    },
    /** The work has ended. */
    end() {
      gate = null;
      stands(null);
    },
    /** Resolves when the work stands at its next gate, or has ended. */
    next: (): Promise<Gate | null> =>
      new Promise((resolve) => {
        stands = resolve;
        goOn();
      }),
  };
}

async function openWalker(place: Place, holder: Holder): Promise<Walker> {
  const gates = createGates(place.signal);
  const deps = await gatedDeps(place, gates.pass);
  const begun = gates.next();
  const ended = work(place, deps, holder, gates.pass).finally(gates.end);
  ended.catch(() => {});
  await begun;
  const step = async (): Promise<Gate | null> => {
    if (gates.gate() === null) return null;
    const reached = await gates.next();
    if (reached === null) await ended;
    return reached;
  };
  return {
    holder,
    gate: gates.gate,
    step,
    async until(wanted) {
      for (let steps = 0; gates.gate() !== wanted; steps++)
        if ((await step()) === null || steps > 1_000) throw new Error(`it never came to ${wanted}`);
    },
  };
}

/** What the harvester walks with, on the simulator, with the gates built in. */
async function gatedDeps({ db, sim, host, rate }: Place, pass: (gate: Gate) => Promise<void>): Promise<WalkDeps> {
  const serve = createTransport(sim, Date.now);
  const transport: typeof serve = async (request, options) => {
    await pass('send');
    const reply = await serve(request, options);
    await pass('answer');
    return reply;
  };
  const client = createOaiClient({ baseURL: `http://${host}/oai2d`, userAgent: 'test', transport });
  const hostRateLimit = await openHostRateLimit(db, host, rate, rate !== null);
  const turn: WalkDeps['hostRateLimit']['turn'] = async (deadline, signal) => {
    const taken = await hostRateLimit.turn(deadline, signal);
    await pass('turn');
    return taken;
  };
  return {
    db,
    client,
    hostRateLimit: { ...hostRateLimit, turn },
    requestStats: createRequestStats({ requests: 0, breaks: 0 }),
    log,
    onPage: () => {},
  };
}

async function work(
  { db, run, verb, signal }: Place,
  deps: WalkDeps,
  { owner }: Holder,
  pass: (gate: Gate) => Promise<void>,
): Promise<void> {
  const granularity = 'YYYY-MM-DDThh:mm:ssZ';
  const context = { run, sourceId: run.source_id, verb, granularity, earliest: null, tokensRepeatable: false } as const;
  while ((await countOpenWindows(db, run.id, ['planned', 'walking'])) !== 0) {
    await pass('lease');
    // Waits between attempts are not what is tried here.
    await db.updateTable('harvest.window').set({ not_before: null }).where('run_id', '=', run.id).execute();
    const window = await leaseWindow(db, run.id, owner);
    if (window !== undefined) await walkWindow(deps, context, window, signal);
  }
}
