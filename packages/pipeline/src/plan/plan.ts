import {
  formatDatestamp,
  type Granularity,
  type Identify,
  type OaiClient,
  OaiError,
  parseDatestamp,
  parseIdentify,
  permittedPerMinute,
  type RequestArguments,
  readListPage,
  readReply,
} from '@thresher/oai';
import { estimate, type Estimate, type FirstPage } from './estimate.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import type { HarvestRequest } from '../harvest/run-harvest.ts';
import type { SourceSettings } from '../sources/sources.ts';
import { askSource, onlyIfBusy } from '../requests/ask-source.ts';

export interface HarvestPlan extends Estimate {
  readonly baseURL: string;
  readonly repositoryName: string | null;
  readonly metadataPrefix: string;
  readonly from: Date | null;
  /** The server's clock, unless an earlier instant was requested. */
  readonly until: Date;
  readonly granularity: Granularity;
  /** Null if the server does not declare how many. */
  readonly lists: readonly { readonly set: string | null; readonly declared: number | null }[];
  /** Sets without a request, to stay within three requests. */
  readonly unasked: readonly string[];
  /** The pace in force; null: no limit known. */
  readonly perMinute: number | null;
  readonly concurrency: number;
  /** Milliseconds from a request for a page to its answer. */
  readonly latencyMs: number | null;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

export interface PlanDeps {
  readonly client: OaiClient;
  /** Null if there is no database through which processes share the rate limit. */
  readonly hostRateLimit: HostRateLimit | null;
}

/** Identify and two lists: three requests. */
const mostLists = 2;

/**
 * Estimates a harvest from at most three requests, or one more for each list if the server refuses `until` without `from`. The request's own rate takes precedence over
 * what the server reports, and that over the settings of the source.
 *
 * @throws what Identify and a list throw, except noRecordsMatch, which is an empty list.
 */
export async function planHarvest(
  deps: PlanDeps,
  request: HarvestRequest,
  known: SourceSettings,
  signal: AbortSignal,
): Promise<HarvestPlan> {
  const startsAt = new Date();
  const identify = await askIdentify(deps, signal);
  const until = request.until ?? identify.responseDate ?? startsAt;
  const sets = request.setSpecs.length === 0 ? [null] : request.setSpecs;
  const lists: FirstPage[] = [];
  let told: number | null = null;
  for (const set of sets.slice(0, mostLists)) {
    const { page, perMinute: permitted } = await askList(
      deps,
      request,
      { from: request.from, until, granularity: identify.granularity, earliest: parseDatestamp(identify.earliestDatestamp ?? ''), set },
      signal,
    );
    told = permitted ?? told;
    lists.push(page);
  }
  const unasked = sets.slice(mostLists).flatMap((set) => set ?? []);
  const perMinute = request.rate ?? told ?? deps.hostRateLimit?.perMinute() ?? known.ratePerMinute ?? null;
  const concurrency = request.concurrency ?? known.concurrency ?? 2;
  const found = estimate(lists, { perMinute, concurrency, unasked: unasked.length, selective: known.selective ?? true });
  return {
    ...found,
    baseURL: deps.client.baseURL,
    repositoryName: identify.repositoryName,
    metadataPrefix: request.metadataPrefix,
    from: request.from,
    until,
    granularity: identify.granularity,
    lists: lists.map(({ set, declared }) => ({ set, declared })),
    unasked,
    perMinute,
    concurrency,
    latencyMs: lists.length === 0 ? null : Math.round(lists.reduce((sum, list) => sum + list.latencyMs, 0) / lists.length),
    startsAt,
    endsAt: found.seconds === null ? null : new Date(startsAt.getTime() + found.seconds * 1_000),
  };
}

async function askIdentify({ client, hostRateLimit }: PlanDeps, signal: AbortSignal): Promise<Identify> {
  const send = () => client.request({ verb: 'Identify' }, signal);
  return readReply(await askSource(hostRateLimit, send, signal, onlyIfBusy), parseIdentify);
}

interface ListQuestion {
  readonly from: Date | null;
  readonly until: Date;
  readonly granularity: Granularity;
  /** Sent as `from` where the server refuses `until` without it; null: not known. */
  readonly earliest: Date | null;
  readonly set: string | null;
}

async function askList(
  deps: PlanDeps,
  request: HarvestRequest,
  question: ListQuestion,
  signal: AbortSignal,
): Promise<{ page: FirstPage; perMinute: number | null }> {
  try {
    return await askListOnce(deps, request, question, signal);
  } catch (error) {
    const { from, until, earliest } = question;
    const needsFrom = error instanceof OaiError && error.code === 'badArgument' && from === null && earliest !== null && earliest <= until;
    if (!needsFrom) throw error;
    return await askListOnce(deps, request, { ...question, from: earliest }, signal);
  }
}

async function askListOnce(
  { client, hostRateLimit }: PlanDeps,
  request: HarvestRequest,
  { from, until, granularity, set }: ListQuestion,
  signal: AbortSignal,
) {
  const list: RequestArguments = {
    verb: 'ListRecords',
    metadataPrefix: request.metadataPrefix,
    ...(set === null ? {} : { set }),
    ...(from === null ? {} : { from: formatDatestamp(from, granularity) }),
    until: formatDatestamp(until, granularity),
  };
  let latencyMs = 0;
  const send = async () => {
    const started = performance.now();
    const answer = await client.request(list, signal);
    latencyMs = performance.now() - started;
    return answer;
  };
  const reply = await askSource(hostRateLimit, send, signal, onlyIfBusy);
  const perMinute = reply.rateLimit === null ? null : permittedPerMinute(reply.rateLimit, new Date());
  const page = { set, wireBytes: reply.wireBytes, latencyMs, ...readSize(() => readListPage(reply, { metadata: false })) };
  return { page, perMinute };
}

function readSize(read: () => ReturnType<typeof readListPage>): Pick<FirstPage, 'declared' | 'records' | 'more'> {
  try {
    const { records, faults, resumptionToken } = read();
    const more = resumptionToken !== null && resumptionToken.value !== null;
    const here = records.length + faults.length;
    return { records: here, more, declared: resumptionToken?.completeListSize ?? (more ? null : here) };
  } catch (error) {
    if (error instanceof OaiError && error.code === 'noRecordsMatch') return { records: 0, more: false, declared: 0 };
    throw error;
  }
}
