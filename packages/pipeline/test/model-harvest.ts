import { type DateWindow, isDivisible, newWalk, nextStep, type Walk, type WalkDecision } from '@thresher/oai';
import { createRequestStats } from '../src/walk/request-stats.ts';
import { type Ending, type Outcome, type Plan, replan } from '../src/walk/replan.ts';
import type { ModelServer } from './model-server.ts';

const granularity = 'YYYY-MM-DDThh:mm:ssZ';

/** A window as the ledger would have it. */
export interface ModelWindow {
  readonly bounds: DateWindow;
  readonly isPart: boolean;
  readonly parentShort: boolean;
  readonly parentDeclared: number | null;
  readonly declared: number | null;
  readonly state: 'planned' | 'walked' | 'split' | 'short' | 'failed' | 'stopped';
  readonly attempt: number;
  readonly shortfall: number | null;
  /** What the last attempt brought. */
  readonly arrived: ReadonlySet<number>;
}

export interface ModelHarvest {
  readonly windows: readonly ModelWindow[];
  /** Lists begun, windows that were cut, and records that arrived on pages that were kept. */
  readonly lists: number;
  readonly received: number;
}

/** Harvests windows one after another with the decisions of the real harvester, and nothing kept but in memory. */
export async function harvestModel(server: ModelServer, windows: readonly DateWindow[], earliest: Date | null): Promise<ModelHarvest> {
  const requestStats = createRequestStats({ requests: 0, breaks: 0 });
  const waiting = windows.map((bounds) => planned(bounds, { isPart: false, parentShort: false, parentDeclared: null }));
  const done: ModelWindow[] = [];
  let [lists, received] = [0, 0];
  for (let window = waiting.pop(); window !== undefined; window = waiting.pop()) {
    const limits = {
      maxListSize: isDivisible(window.bounds, granularity, earliest) ? requestStats.maxListSize() : null,
      tokensRepeatable: false,
      maxRepeats: 8,
    };
    const list = await walkList(server, window.bounds, limits, requestStats);
    lists++;
    received += list.received;
    const after = conclude({ ...window, attempt: window.attempt + 1, arrived: list.arrived }, list, requestStats, earliest);
    done.push(...after.filter((next) => next.state !== 'planned'));
    if (done.at(-1)?.state === 'stopped') return { windows: [...done, ...waiting.splice(0)], lists, received };
    waiting.push(...after.filter((next) => next.state === 'planned'));
  }
  return { windows: done, lists, received };
}

const planned = (bounds: DateWindow, origin: Pick<ModelWindow, 'isPart' | 'parentShort' | 'parentDeclared'>): ModelWindow => ({
  bounds,
  ...origin,
  state: 'planned',
  attempt: 0,
  shortfall: null,
  declared: null,
  arrived: new Set(),
});

type RequestStats = ReturnType<typeof createRequestStats>;

async function walkList(server: ModelServer, bounds: DateWindow, limits: Parameters<typeof nextStep>[2], requestStats: RequestStats) {
  const arrived = new Set<number>();
  const sample: number[] = [];
  let walk: Walk = newWalk;
  let received = 0;
  for (;;) {
    const token = walk.token;
    const { event, identifiers, datestamps } = await requestStats.time(() => Promise.resolve(server.answer(token, bounds)));
    if (event.kind === 'page' || event.kind === 'noRecordsMatch') requestStats.answered();
    const decision: WalkDecision = nextStep(walk, event, limits);
    sample.push(...datestamps);
    if (decision.do === 'follow' || decision.do === 'end' || decision.do === 'restart') {
      for (const identifier of identifiers) arrived.add(identifier);
      received += identifiers.length;
      requestStats.records(identifiers.length);
    }
    if (decision.do !== 'follow' && decision.do !== 'repeat') return { decision, arrived, received, sample };
    walk = decision.walk;
  }
}

function conclude(
  window: ModelWindow,
  { decision, sample }: { decision: WalkDecision; sample: readonly number[] },
  requestStats: RequestStats,
  earliest: Date | null,
): ModelWindow[] {
  if (decision.do === 'stop' || decision.do === 'unselective') return [{ ...window, state: 'stopped' }];
  const ending = decision as Ending;
  if (ending.do === 'restart') requestStats.broke();
  const declared = ending.do === 'split' ? ending.declared : ending.walk.declared;
  const outcome: Outcome = {
    window: window.bounds,
    granularity,
    earliest,
    attempt: window.attempt,
    pages: ending.walk.pages,
    silence: requestStats.silence(),
    isPart: window.isPart,
    parentDeclared: window.parentDeclared,
    sizesAgree: true,
    sample,
    declared,
    distinct: window.arrived.size,
    lastShortfall: window.shortfall,
    parentShort: window.parentShort,
    pageSize: requestStats.pageSize(),
    target: requestStats.target(),
  };
  const shortfall = ending.do === 'end' && declared !== null && declared > window.arrived.size ? declared - window.arrived.size : null;
  return carryOut({ ...window, shortfall, declared }, replan(ending, outcome));
}

function carryOut(window: ModelWindow, plan: Plan): ModelWindow[] {
  if (plan.then === 'again') return [{ ...window, state: 'planned' }];
  if (plan.then === 'stop') return [{ ...window, state: 'stopped' }];
  if (plan.then === 'split')
    return [
      { ...window, state: 'split' },
      ...plan.parts.map((part) => planned(part, { isPart: true, parentShort: window.shortfall !== null, parentDeclared: window.declared })),
    ];
  return [{ ...window, state: plan.then }];
}
