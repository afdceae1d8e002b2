import type { SimAnswer, SimRequest } from '../answer.ts';
import { factsLedger } from '../rdm-json/facts-ledger.ts';
import type { Exporter } from '../rdm-json/exporter.ts';
import { checkFaults, type FaultPlan, FAULTS } from '../faults/faults.ts';
import type { Repository, Selection } from '../repository/repository.ts';
import type { RequestLog } from './request-log.ts';

/** The parts of a simulator that `/_sim/` shows and changes. */
export interface AdminTarget {
  readonly repository: Repository;
  readonly exporter: Exporter;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
}

/** The body of a POST to `/_sim/…`, as JSON. Times are ISO 8601 (default: now). */
interface AdminBody {
  readonly ids?: readonly (number | string)[];
  readonly fraction?: number;
  readonly at?: string;
  readonly setSpec?: string;
  readonly trace?: 'deleted' | 'restricted';
  readonly count?: number;
  readonly views?: number;
  readonly faults?: unknown;
}

/**
 * `GET /_sim/ledger` and `GET /_sim/facts` (JSON lines), `GET /_sim/requests`, `GET /_sim/faults` (their names);
 * `POST /_sim/{touch,view,vanish,restore,add-to-set,remove-from-set,create,export,faults,clear-faults}`.
 */
export function answerAdmin(sim: AdminTarget, request: SimRequest, url: URL, now: number): SimAnswer {
  const action = url.pathname.slice('/_sim/'.length);
  if (request.method === 'GET') return answerQuestion(sim, action);
  if (request.method !== 'POST') return json(405, { error: 'GET or POST' });
  try {
    const body = JSON.parse(request.body === undefined || request.body === '' ? '{}' : request.body) as AdminBody;
    const result = act(sim, action, body, now);
    return result === undefined ? json(404, { error: `no action ${action}` }) : json(200, result);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function answerQuestion(sim: AdminTarget, action: string): SimAnswer {
  if (action === 'requests') return json(200, sim.log.counts());
  if (action === 'faults') return json(200, FAULTS);
  if (action === 'facts')
    return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: jsonLines(factsLedger(sim.repository)) };
  if (action !== 'ledger') return json(404, { error: `nothing at ${action}` });
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: jsonLines(sim.repository.ledger()) };
}

function jsonLines(entries: Iterable<unknown>): Uint8Array {
  const parts: Buffer[] = [];
  let text = '';
  for (const entry of entries) {
    text += `${JSON.stringify(entry)}\n`;
    // One buffer per line would take more memory than the lines.
    if (text.length > 1_000_000) {
      parts.push(Buffer.from(text));
      text = '';
    }
  }
  return Buffer.concat([...parts, Buffer.from(text)]);
}

function act({ repository, faults, exporter }: AdminTarget, action: string, body: AdminBody, now: number): unknown {
  const at = body.at === undefined ? now : instant(body.at);
  switch (action) {
    case 'touch':
      return { changed: repository.touch(selection(body), at) };
    case 'view':
      return { changed: repository.view(selection(body), body.views ?? 1) };
    case 'export':
      return { files: exporter.files().map(({ key, size, created }) => ({ key, size, created: new Date(created).toISOString() })) };
    case 'vanish':
      return { changed: repository.vanish(selection(body), at, body.trace) };
    case 'restore':
      return { changed: repository.restore(selection(body), at) };
    case 'add-to-set':
      return { changed: repository.addToSet(selection(body), setSpec(body)) };
    case 'remove-from-set':
      return { changed: repository.removeFromSet(selection(body), setSpec(body)) };
    case 'create':
      return { identifiers: repository.create(body.count ?? 1, at) };
    case 'faults': {
      const more = checkFaults(body.faults);
      faults.add(more);
      return { added: more.length };
    }
    case 'clear-faults': {
      faults.clear();
      return { cleared: true };
    }
    default:
      return undefined;
  }
}

function selection({ ids, fraction }: AdminBody): Selection {
  if (ids !== undefined) return ids;
  if (typeof fraction === 'number') return { fraction };
  throw new TypeError('ids or fraction needed');
}

function setSpec(body: AdminBody): string {
  if (body.setSpec === undefined) throw new TypeError('setSpec needed');
  return body.setSpec;
}

function instant(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new TypeError('at is not a time');
  return ms;
}

function json(status: number, value: unknown): SimAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(`${JSON.stringify(value)}\n`) };
}
