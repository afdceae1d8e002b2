import { createRandom, type Fault, type FaultName, type Random } from '@thresher/oai-sim';
import { type Disturbance, type DisturbanceKind, DISTURBANCE_KINDS, DISTURBANCES, type FactName, isHeavy } from './disturbance.ts';

/** How the repository of a run behaves. */
export interface RepositoryPlan {
  readonly size: number;
  readonly pageSize: number;
  readonly tokens: 'scroll' | 'stateless';
  readonly deletedRecord: 'no' | 'persistent';
  readonly latencyMs: { readonly min: number; readonly max: number };
  readonly faults: readonly Fault[];
}

/** Which services work, each with its own connections. They outlive a run, as starting them takes longer than most runs. */
export interface ServicePlan {
  readonly harvesters: number;
  readonly transformers: number;
  readonly queue: 'redis' | 'postgres';
  /** How far the clock of the first harvester, the first transformer and the commands is from the true time, in milliseconds. */
  readonly skewMs: number;
}

export type StepName = 'harvest' | 'sync' | 'communities' | 'vanish' | 'replay' | 'reindex';

/** A piece of work that has to reach its end, with changes at the repository before it, and what disturbs it. */
export interface Step {
  readonly name: StepName;
  /** Whether a command does it, which has its own workers, or the services. */
  readonly by: 'command' | 'services';
  readonly disturbances: readonly Disturbance[];
}

/** Everything that the seed of a run decides. */
export interface Plan {
  readonly seed: number;
  readonly repository: RepositoryPlan;
  readonly services: ServicePlan;
  /** Requests per minute; null: no limit. With a limit, walkers wait while they hold a token. */
  readonly rate: number | null;
  readonly steps: readonly Step[];
}

export interface PlanOptions {
  /** Only these kinds of disturbances. */
  readonly only?: readonly DisturbanceKind[];
  /** Kinds that this machine does not permit. */
  readonly without?: readonly DisturbanceKind[];
}

/** Faults of a repository that cost time and requests, but no record. */
const FAULT_NAMES: readonly FaultName[] = [
  'token-expired',
  'http-500',
  'http-502',
  'http-503',
  'http-504',
  'html-200',
  'cut-before-headers',
  'cut-after-consumed',
  'cut-body',
  'cut-xml',
  'slow-body',
  'empty-page',
  'cursor-absent',
];

/** Runs with the same services, one after the other. */
export const RUNS_PER_WORLD = 10;

/** The plan of a seed: the same seed and options give the same plan. Pure. */
export function planRun(seed: number, options: PlanOptions = {}): Plan {
  const services = planServices(createRandom(worldOf(seed) + 1));
  const random = createRandom(seed);
  const repository = planRepository(random);
  const rate = random.chance(0.3) ? random.pick([600, 900, 1_500]) : null;
  const kinds = possibleKinds(services, options);
  const steps = planSteps(random, repository).map((step, number): Step => ({
    ...step,
    disturbances: planDisturbances(random, step.name, number === 0 ? 1 : 0, repository, kinds),
  }));
  return { seed, repository, services, rate, steps };
}

/** The number of the services and servers that a seed's run shares with its neighbours. */
export const worldOf = (seed: number): number => Math.floor(seed / RUNS_PER_WORLD);

function planRepository(random: Random): RepositoryPlan {
  const size = 200 + random.below(300);
  const pageSize = random.pick([15, 20, 30, 50]);
  const pages = Math.ceil(size / pageSize);
  const faults: Fault[] = Array.from({ length: random.below(3) }, () => ({
    fault: random.pick(FAULT_NAMES),
    at: { page: 2 + random.below(pages - 1) },
    ms: 500,
  }));
  // Without completeListSize a missing page does not show in any count. A request has one fault, so this one comes last.
  if (random.chance(0.5)) faults.push({ fault: 'size-absent', rate: 1 });
  return {
    size,
    pageSize,
    tokens: random.chance(0.85) ? 'scroll' : 'stateless',
    deletedRecord: random.chance(0.5) ? 'no' : 'persistent',
    latencyMs: { min: 0, max: random.pick([0, 40, 120]) },
    faults,
  };
}

function planServices(random: Random): ServicePlan {
  return {
    harvesters: 1 + random.below(2),
    transformers: 1 + random.below(2),
    queue: random.chance(0.75) ? 'redis' : 'postgres',
    skewMs: random.chance(0.3) ? random.pick([-86_400_000, -3_600_000, 600_000, 86_400_000]) : 0,
  };
}

function planSteps(random: Random, { deletedRecord }: RepositoryPlan): Pick<Step, 'name' | 'by'>[] {
  const later: StepName[] = ['sync', 'sync', 'sync', 'communities', 'replay', 'reindex'];
  if (deletedRecord === 'no') later.push('vanish', 'vanish');
  const names: StepName[] = ['harvest', ...Array.from({ length: random.pick([0, 1, 1, 2]) }, () => random.pick(later))];
  return names.map((name) => ({ name, by: ONLY_COMMANDS.includes(name) || random.chance(0.25) ? 'command' : 'services' }));
}

const ONLY_COMMANDS: readonly StepName[] = ['communities', 'replay', 'reindex'];

function possibleKinds({ queue }: ServicePlan, { only, without }: PlanOptions): DisturbanceKind[] {
  return DISTURBANCE_KINDS.filter(
    (kind) =>
      (only ?? DISTURBANCE_KINDS).includes(kind) &&
      !(without ?? []).includes(kind) &&
      (DISTURBANCES[kind].needs !== 'redis' || queue === 'redis'),
  );
}

/** Apart from a harvest, a step moves few pages: a disturbance that waits for many would never come. */
const FEW = 4;

function planDisturbances(
  random: Random,
  step: StepName,
  least: number,
  { size, pageSize }: RepositoryPlan,
  kinds: readonly DisturbanceKind[],
): Disturbance[] {
  if (kinds.length === 0) return [];
  const pages = Math.ceil(size / pageSize);
  const most: Readonly<Record<FactName, number>> =
    step === 'harvest' ? { requests: pages, pages, records: size, done: pages } : { requests: FEW, pages: FEW, records: 0, done: FEW };
  const facts = (Object.keys(most) as FactName[]).filter((fact) => most[fact] > 0);
  return Array.from({ length: least + random.below(3) }, () => {
    const fact = random.pick(facts);
    return { kind: pickKind(random, kinds), fact, count: random.below(Math.ceil(most[fact] * 0.8)), choice: random.next() };
  });
}

function pickKind(random: Random, kinds: readonly DisturbanceKind[]): DisturbanceKind {
  const kind = random.pick(kinds);
  const light = kinds.filter((one) => !isHeavy(one));
  return isHeavy(kind) && light.length > 0 && random.chance(0.8) ? random.pick(light) : kind;
}
