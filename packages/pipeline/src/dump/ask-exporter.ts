import { createDispatcher, fetchReply, type Outbound, type Transport, undiciTransport } from '@thresher/oai';
import type { Db } from '@thresher/store/database';
import { NoDumpError } from './dump-errors.ts';
import { exporterUrlOf, type OfferedDump, readListing, useFile } from './exporter-listing.ts';
import { askSource, onlyIfBusy, type RetryRule } from '../requests/ask-source.ts';
import { type HostRateLimit, openHostRateLimit, unsharedRateLimit } from '../requests/host-rate-limit.ts';

interface ExporterDeps {
  readonly transport: Transport;
  readonly userAgent: string;
  readonly rateLimit: HostRateLimit;
}

const timeoutMs = 60_000;
/** Three versions of the files of some thousand communities. */
const maxBytes = 8_000_000;
/** A listing changes nothing, so it is requested again after any fault of the server. */
const rule: RetryRule = { ...onlyIfBusy, isBusy: (status) => status === 429 || status >= 500 };

/** The site to ask for dumps: the one that answers OAI-PMH at this URL. */
export interface DumpSite {
  readonly baseURL: string;
  /** Requests per minute; null: none known. */
  readonly ratePerMinute: number | null;
}

/**
 * Lists the dumps that the exporter of a site offers, within the rate limit of its host.
 *
 * @param deps `db` is null if there is no database through which processes share a rate limit
 * @throws NoDumpError if there is no exporter; NoReplyError; HostBlockedError; the signal's reason.
 */
export async function listDumps(deps: Outbound & { readonly db: Db | null }, site: DumpSite, signal: AbortSignal): Promise<OfferedDump[]> {
  const { db, userAgent, allowed = [] } = deps;
  const { host } = new URL(site.baseURL);
  const rateLimit = db === null ? unsharedRateLimit(host, signal) : await openHostRateLimit(db, host, site.ratePerMinute, false, true);
  const dispatcher = createDispatcher(timeoutMs, { trusted: [site.baseURL], allowed });
  try {
    return await askExporter({ transport: undiciTransport(dispatcher), userAgent, rateLimit }, site.baseURL, signal);
  } finally {
    await dispatcher.destroy();
  }
}

async function askExporter(deps: ExporterDeps, baseURL: string, signal: AbortSignal): Promise<OfferedDump[]> {
  const url = exporterUrlOf(baseURL);
  const limits = { userAgent: deps.userAgent, timeoutMs, maxBytes, accept: 'application/json' };
  const { status, bytes } = await askSource(deps.rateLimit, () => fetchReply(deps.transport, url, limits, signal), signal, rule);
  if (status === 200) return readListing(parseJson(bytes), url);
  throw new NoDumpError(
    rule.isBusy(status)
      ? `${url} answered HTTP ${status}: try again later, or ${useFile}`
      : status === 401 || status === 403
        ? `${url} answered HTTP ${status}, so it refuses this client: ${useFile}`
        : `this source has no exporter (${url} answered HTTP ${status}): ${useFile}`,
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
