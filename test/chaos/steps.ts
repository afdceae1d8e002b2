import { createOaiClient } from '@thresher/oai';
import { createRandom } from '@thresher/oai-sim';
import { beginRun, everything, type HarvestRequest, incrementalRequest } from '@thresher/pipeline';
import { createLogger } from '@thresher/runtime';
import { reach } from './commands.ts';
import type { Step } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { Trial } from './trial.ts';
import { until } from './until.ts';

/** Makes the changes of a step at the repository and brings the mirror up to date, whatever disturbs it. */
export async function work(trial: Trial, { name, by }: Step, number: number, schedule: Schedule): Promise<void> {
  const { plan, sim, world, repository } = trial;
  const rate = plan.rate === null ? [] : ['--rate', String(plan.rate)];
  const command = (title: string, ...args: string[]): Promise<void> =>
    reach(world, `${plan.seed}-${number}-${title}`, args, schedule, trial.signal);
  const harvest = (): Promise<void> => (by === 'command' ? command('harvest', 'harvest', sim.url, ...rate) : leave(trial, 'full'));
  switch (name) {
    case 'harvest':
      return harvest();
    case 'sync':
      changeSome(trial);
      return by === 'command' ? command('sync', 'sync', sim.url, ...rate) : leave(trial, 'incremental');
    case 'communities': {
      const sets = changeMembers(trial);
      return command('communities', 'sync', sim.url, ...sets.flatMap((set) => ['--set', set]), '--membership', ...rate);
    }
    case 'vanish':
      repository.vanish(liveIdentifiers(trial).slice(0, 3), Date.now());
      await harvest();
      // The second complete run that misses them is the second witness.
      return harvest();
    case 'replay':
      return command('replay', 'replay', sim.url);
    case 'reindex':
      changeSome(trial);
      await Promise.all([command('reindex', 'reindex'), leave(trial, 'incremental')]);
  }
}

/** How long the services may take for a run: many times what they take on a busy machine. */
const STUCK_MS = 400_000;
const BEGIN_MS = 300_000;

const silent = createLogger({ level: 'silent', pretty: false });

/** Makes a run, as `harvest --detach` does, and waits until the services have ended it. */
async function leave({ world, source, sim, plan, signal }: Trial, kind: 'full' | 'incremental'): Promise<void> {
  const { db } = world.database;
  await using client = createOaiClient({ baseURL: sim.url, userAgent: 'chaos' });
  const options = { metadataPrefix: 'oai_datacite', setSpecs: [], rate: plan.rate, concurrency: null };
  const request = async (): Promise<HarvestRequest> =>
    kind === 'full' ? { ...everything, rate: plan.rate } : incrementalRequest(db, source, { ...options, overlapSeconds: null });
  let id: number | null = null;
  await until(
    async () => (id = (await beginRun({ db, client, log: silent }, source, await request(), signal)).id) !== null,
    BEGIN_MS,
    signal,
  );
  const ended = async () =>
    db.selectFrom('harvest.run').select(['state', 'failure']).where('id', '=', id).where('state', '<>', 'running').executeTakeFirst();
  try {
    await until(async () => (await ended()) !== undefined, STUCK_MS, signal);
    const run = await ended();
    if (run?.state !== 'complete') world.violated(`the ${kind} run of the services ended ${run?.state}: ${run?.failure}`);
  } catch {
    signal.throwIfAborted();
    world.violated(`the services did not end the ${kind} run within ${STUCK_MS / 1_000} s`);
  }
}

const liveEntries = (trial: Trial) => [...trial.ledger().values()].filter((entry) => !entry.deleted);
const liveIdentifiers = (trial: Trial): string[] => liveEntries(trial).map((entry) => entry.identifier);

/** Records change, come and, where the repository announces that, go. */
function changeSome({ repository, plan }: Trial): void {
  repository.touch({ fraction: 0.05 }, Date.now());
  repository.create(5, Date.now());
  if (plan.repository.deletedRecord === 'persistent') repository.vanish({ fraction: 0.01 }, Date.now());
}

/** Communities that change: the first of the simulator's eight have the most members. */
const SETS = 2;

/** Records join and leave communities, which no datestamp shows, and some members change. Returns the sets. */
function changeMembers(trial: Trial): string[] {
  const { repository, plan } = trial;
  const random = createRandom(plan.seed);
  const sets = repository
    .sets()
    .map((set) => set.setSpec)
    .filter((set) => set.startsWith('user-'))
    .slice(0, SETS);
  for (const set of sets) {
    const members = liveEntries(trial).filter((entry) => entry.setSpecs.includes(set));
    repository.removeFromSet(some(members, 1 + random.below(4)), set);
    repository.touch(some(members.slice(4), 3), Date.now());
    const strangers = liveEntries(trial).filter((entry) => !entry.setSpecs.includes(set));
    repository.addToSet(some(strangers, 1 + random.below(4)), set);
  }
  return sets;
}

const some = (entries: readonly { readonly identifier: string }[], count: number): string[] =>
  entries.slice(0, count).map((entry) => entry.identifier);
