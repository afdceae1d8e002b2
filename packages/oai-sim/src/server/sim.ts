import { answerAdmin } from './admin.ts';
import { answerExporter, EXPORTER_PATH, isExporter } from './answer-exporter.ts';
import { answerRest, REST_PATH } from './answer-rest.ts';
import { htmlAnswer } from '../answer.ts';
import type { SimAnswer, SimRequest } from '../answer.ts';
import { createExporter } from '../rdm-json/exporter.ts';
import type { Exporter } from '../rdm-json/exporter.ts';
import { answerInstead, consumes, createFaultPlan } from '../faults/faults.ts';
import type { Fault, FaultPlan } from '../faults/faults.ts';
import { createLimiter } from '../faults/limiter.ts';
import type { Limiter } from '../faults/limiter.ts';
import { answerOai } from '../oai-pmh/oai.ts';
import { fraction } from '../random.ts';
import type { Recording } from '../corpus/recording.ts';
import { answerRecorded } from '../corpus/recording.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestLog } from './request-log.ts';
import type { Repository } from '../repository/repository.ts';
import { alterationFor, spoilAnswer } from '../faults/spoil.ts';
import { readToken } from '../oai-pmh/token.ts';

/** A repository with everything around it: limits, faults, latency, counters, the admin endpoints. */
export interface Sim {
  readonly repository: Repository;
  /** Pages that are served as they were recorded, before the repository is asked. */
  readonly recording: Recording | null;
  readonly exporter: Exporter;
  readonly faults: FaultPlan;
  readonly limiter: Limiter | null;
  readonly latencyMs: { readonly min: number; readonly max: number };
  readonly log: RequestLog;
  /** Whether `/_sim/` answers. */
  readonly admin: boolean;
  requestNumber: number;
}

export interface SimOptions {
  readonly repository: Repository;
  readonly recording?: Recording;
  readonly faults?: readonly Fault[];
  /** Requests per minute for each user agent and address, in a moving window. */
  readonly ratePerMinute?: number;
  readonly latencyMs?: { readonly min: number; readonly max: number };
  readonly admin?: boolean;
  /** Slug of the community of which the exporter has a slice; by default the first one. */
  readonly slice?: string;
}

export const PATH = '/oai2d';

export function createSim(options: SimOptions): Sim {
  return {
    repository: options.repository,
    recording: options.recording ?? null,
    exporter: createExporter(options.repository, options.slice ?? firstCommunity(options.repository)),
    faults: createFaultPlan(options.faults ?? [], options.repository.seed),
    limiter: options.ratePerMinute === undefined ? null : createLimiter(options.ratePerMinute),
    latencyMs: options.latencyMs ?? { min: 0, max: 0 },
    log: createRequestLog(),
    admin: options.admin ?? true,
    requestNumber: 0,
  };
}

function firstCommunity(repository: Repository): string | null {
  return repository.corpus.sets.find(({ setSpec }) => setSpec.startsWith('user-'))?.setSpec.slice('user-'.length) ?? null;
}

/** Prepares what takes longer than an answer may: dumps are written at their first request, or when `export` is posted. */
export async function prepare(request: SimRequest, sim: Sim, now: number): Promise<void> {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  if (isExporter({ pathname })) await sim.exporter.ready(now);
  else if (sim.admin && request.method === 'POST' && pathname === EXPORT_PATH) await sim.exporter.run(timeOf(request.body, now));
}

const EXPORT_PATH = '/_sim/export';

/** The time of the dumps to write; an invalid time is refused by the answer itself. */
function timeOf(body: string | undefined, now: number): number {
  const at = /"at"\s*:\s*"([^"]*)"/.exec(body ?? '')?.[1];
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? now : ms;
}

/**
 * One request, one answer; no port and no clock. `target` may be a bare repository: then there are no faults and no
 * limits. The base URL in the answers comes from the Host header. `now` is in milliseconds since 1970.
 */
export function handle(request: SimRequest, target: Sim | Repository, now: number): SimAnswer {
  const sim = 'repository' in target ? target : simOf(target);
  const url = new URL(request.url, `http://${request.headers['host'] ?? '127.0.0.1'}`);
  if (sim.admin && url.pathname.startsWith('/_sim/')) return answerAdmin(sim, request, url, now);
  if (url.pathname !== PATH && !isRest(url) && !isExporter(url)) return htmlAnswer(404);
  const answer = answerCounted(sim, request, url, now);
  const query = url.searchParams;
  sim.log.note({
    now,
    verb: verbOf(url),
    token: query.get('resumptionToken'),
    fault: answer.fault,
    status: answer.transport?.kind === 'cut-before-headers' ? 0 : answer.status,
  });
  return answer;
}

const isRest = ({ pathname }: URL): boolean => pathname === REST_PATH || pathname.startsWith(`${REST_PATH}/`);

/** Requests other than OAI-PMH are counted and spoilt as if `REST`, `EXPORTER` (the listing) and `DUMP` (a file) were verbs. */
function verbOf(url: URL): string {
  if (isExporter(url)) return url.pathname.length > EXPORTER_PATH.length + 1 ? 'DUMP' : 'EXPORTER';
  return isRest(url) ? 'REST' : (url.searchParams.get('verb') ?? '');
}

const plainSims = new WeakMap<Repository, Sim>();

function simOf(repository: Repository): Sim {
  const known = plainSims.get(repository) ?? createSim({ repository });
  plainSims.set(repository, known);
  return known;
}

function answerCounted(sim: Sim, request: SimRequest, url: URL, now: number): SimAnswer {
  const requestNumber = ++sim.requestNumber;
  const limit = sim.limiter?.admit(`${request.headers['user-agent'] ?? ''} ${request.address ?? ''}`, now);
  if (limit?.admitted === false) return htmlAnswer(429, limit.headers);
  const answer = answerWithFault(sim, request, url, now, requestNumber);
  const { min, max } = sim.latencyMs;
  const delayMs = min + (max - min) * fraction(sim.repository.seed, requestNumber, 82);
  return { ...answer, headers: { ...limit?.headers, ...answer.headers }, ...(delayMs > 0 ? { delayMs } : {}) };
}

function answerWithFault(sim: Sim, request: SimRequest, url: URL, now: number, requestNumber: number): SimAnswer {
  const exchange = { repository: sim.repository, baseURL: url.origin + PATH, now };
  const token = url.searchParams.get('resumptionToken');
  const fault = sim.faults.take({
    requestNumber,
    verb: verbOf(url),
    set: url.searchParams.get('set'),
    page: pageOf(sim, token),
  });
  const besideOai = (): SimAnswer | null =>
    isExporter(url)
      ? answerExporter(sim.exporter, request, url, fault)
      : isRest(url)
        ? answerRest(sim.repository, url, request.headers['accept'])
        : null;
  const answerPlainly = (): SimAnswer =>
    besideOai() ?? (sim.recording && answerRecorded(sim.recording, url.searchParams)) ?? answerOai(exchange, request);
  if (fault === undefined) return answerPlainly();
  const instead = answerInstead(fault, exchange.baseURL, now);
  if (instead !== undefined) {
    if (consumes(fault)) answerPlainly();
    return { ...instead, fault: fault.fault };
  }
  const recorded = besideOai() ?? (sim.recording && answerRecorded(sim.recording, url.searchParams));
  const answer = recorded ?? answerOai(exchange, request, alterationFor(fault, token));
  return { ...spoilAnswer(answer, fault), fault: fault.fault };
}

function pageOf(sim: Sim, token: string | null): number {
  if (token === null) return 1;
  const recorded = sim.recording?.pageOfToken.get(token);
  return recorded ?? readToken<{ page: number }>(token, sim.repository.seed)?.page ?? 0;
}
