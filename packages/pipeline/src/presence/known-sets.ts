import { OaiError, parseSetsPage, readReply, type OaiClient, type RequestArguments } from '@thresher/oai';
import { askSource, repeatable, withToken } from '../requests/ask-source.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';

/** Zenodo has tens of thousands of sets, 50 a page: for a typing error the list is not read to its end. */
const mostPages = 10;

export interface SetSearch {
  readonly missing: readonly string[];
  /** How many sets were listed. */
  readonly listed: number;
  /** Whether those were all. */
  readonly exhausted: boolean;
}

/**
 * Which of these sets the repository does not list. Needed only for sets that listed nothing, because repositories
 * answer noRecordsMatch to an empty set and to an unknown one alike (observed on Zenodo's software).
 */
export async function missingSets(
  client: OaiClient,
  hostRateLimit: HostRateLimit,
  setSpecs: readonly string[],
  signal: AbortSignal,
): Promise<SetSearch> {
  const missing = new Set(setSpecs);
  let token: string | null = null;
  let count = 0;
  for (let page = 0; page < mostPages && missing.size > 0 && (page === 0 || token !== null); page++) {
    const request: RequestArguments = token === null ? { verb: 'ListSets' } : { verb: 'ListSets', resumptionToken: token };
    const rule = token === null ? repeatable : withToken;
    const reply = await askSource(hostRateLimit, () => client.request(request, signal), signal, rule);
    const listed = readSets(() => readReply(reply, parseSetsPage));
    for (const set of listed.sets) missing.delete(set.setSpec);
    count += listed.sets.length;
    token = listed.resumptionToken?.value ?? null;
  }
  return { missing: [...missing], listed: count, exhausted: token === null };
}

/** A repository without sets says noSetHierarchy. */
function readSets(read: () => ReturnType<typeof parseSetsPage>): ReturnType<typeof parseSetsPage> {
  try {
    return read();
  } catch (error) {
    if (error instanceof OaiError) return { sets: [], resumptionToken: null };
    throw error;
  }
}
