import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, createDispatcher, fetchReply, type Outbound, type Transport, undiciTransport } from '@thresher/oai';
import type { Db } from '@thresher/store';
import { NoDumpError } from './dump-errors.ts';
import { exporterUrlOf, type OfferedDump, readListing, useFile } from './exporter-listing.ts';
import { type HostRateLimit, openHostRateLimit } from '../requests/host-rate-limit.ts';

interface ExporterDeps {
  readonly transport: Transport;
  readonly userAgent: string;
  /** Null if there is no database that other processes could share the pace through. */
  readonly hostRateLimit: HostRateLimit | null;
}

const timeoutMs = 60_000;
/** Three versions of the files of some thousand communities. */
const maxBytes = 8_000_000;
const maxRepeats = 5;

/** Whom to ask for dumps: the site that answers OAI-PMH at this URL. */
export interface DumpSite {
  readonly baseURL: string;
  /** Requests a minute; null: none known. */
  readonly ratePerMinute: number | null;
}

/**
 * Asks the exporter of a site what dumps it offers, at the pace of its host.
 *
 * @param deps `db` is null if there is no database that other processes could share the pace through
 * @throws NoDumpError if there is no exporter; NoReplyError; HostBlockedError; the signal's reason.
 */
export async function listDumps(deps: Outbound & { readonly db: Db | null }, site: DumpSite, signal: AbortSignal): Promise<OfferedDump[]> {
  const { db, userAgent, allowed = [] } = deps;
  const { host } = new URL(site.baseURL);
  const hostRateLimit = db === null ? null : await openHostRateLimit(db, host, site.ratePerMinute, false, true);
  const dispatcher = createDispatcher(timeoutMs, { trusted: [site.baseURL], allowed });
  try {
    return await askExporter({ transport: undiciTransport(dispatcher), userAgent, hostRateLimit }, site.baseURL, signal);
  } finally {
    await dispatcher.destroy();
  }
}

async function askExporter(deps: ExporterDeps, baseURL: string, signal: AbortSignal): Promise<OfferedDump[]> {
  const url = exporterUrlOf(baseURL);
  const limits = { userAgent: deps.userAgent, timeoutMs, maxBytes, accept: 'application/json' };
  for (let tries = 0; ; tries++) {
    const turn = await deps.hostRateLimit?.turn(null, signal);
    const { status, bytes, rateLimit, retryAfterMs } = await fetchReply(deps.transport, url, limits, signal);
    if (turn !== undefined) await deps.hostRateLimit?.heed(turn, rateLimit);
    if (status === 200) return readListing(parseJson(bytes), url);
    if ((status === 429 || status >= 500) && tries < maxRepeats) {
      const ms = backoffMs(tries, retryAfterMs);
      if (deps.hostRateLimit === null) await sleep(ms, undefined, { signal });
      else await deps.hostRateLimit.pause(ms);
      continue;
    }
    if (status === 401 || status === 403)
      await deps.hostRateLimit?.block(`${url} answered HTTP ${status}: it refuses this client`, retryAfterMs);
    throw new NoDumpError(
      status === 429 || status >= 500 || status === 401 || status === 403
        ? `${url} answered HTTP ${status}: try again later, or ${useFile}`
        : `this source has no exporter (${url} answered HTTP ${status}): ${useFile}`,
    );
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
