import { createRepository, type LedgerEntry, type Repository, type RunningServer, startServer } from '@thresher/oai-sim';
import { resolveSource } from '@thresher/pipeline';
import type { Source } from '@thresher/store/harvest';
import { type FactWatch, watchFacts } from './facts.ts';
import type { Plan } from './plan.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** One run within a world: a repository, and the source that mirrors it. */
export interface Trial extends AsyncDisposable {
  readonly plan: Plan;
  readonly world: World;
  readonly repository: Repository;
  readonly sim: RunningServer;
  readonly source: Source;
  readonly facts: FactWatch;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** What the repository holds, by OAI identifier. */
  ledger(): Map<string, LedgerEntry>;
}

const OPEN_MS = 300_000;

export async function openTrial(plan: Plan, world: World, signal: AbortSignal): Promise<Trial> {
  const stack = new AsyncDisposableStack();
  const { size, pageSize, tokens, deletedRecord, latencyMs, faults } = plan.repository;
  const repository = createRepository({ seed: plan.seed, size, pageSize, tokens, deletedRecord, communities: 8 });
  const sim = stack.use(await startServer({ repository, latencyMs, faults }));
  const { db } = world.database;
  let source: Source | null = null;
  // What ended the run before may still be about.
  await until(async () => (source = await resolveSource(db, sim.url, undefined)) !== null, OPEN_MS, signal);
  return {
    plan,
    world,
    repository,
    sim,
    source: source!,
    facts: stack.use(watchFacts(db, source!.id, sim)),
    signal,
    ledger: () => new Map([...repository.ledger()].map((entry) => [entry.identifier, entry])),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
