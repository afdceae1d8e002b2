import type { Db } from '@thresher/store/database';
import type { Source } from '@thresher/store/harvest';
import { type HostRateLimit, openHostRateLimit } from '../requests/host-rate-limit.ts';
import { respectPause } from '../requests/source-pause.ts';
import { settingsOf } from '../sources/sources.ts';

/**
 * Opens the rate limit of the host of a source, which permits no request while the source is paused.
 *
 * @param rate requests per minute that the user wishes; null: that of the settings, or what is known of the host
 */
export async function openSourceRateLimit(
  { db, liftBlock }: { readonly db: Db; readonly liftBlock?: boolean },
  source: Source,
  rate: number | null,
): Promise<HostRateLimit> {
  const { host } = new URL(source.base_url);
  const limit = await openHostRateLimit(db, host, rate ?? settingsOf(source).ratePerMinute ?? null, rate !== null, liftBlock);
  return respectPause(limit, db, source.id);
}
