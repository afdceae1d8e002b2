import { ConfigError, type Env, readConfig } from '@thresher/runtime';
import type { RetentionPolicy } from '@thresher/store/harvest';
import { type Schedule, scheduleFault } from '../sources/schedule.ts';

/** What the environment says about deleting old rows. Throws ConfigError. */
export function retentionPolicyOf(env: Env): RetentionPolicy {
  const { pageDays, historyDays, deliveryDays } = readConfig(env, ['retention']).retention;
  return { pages: pageDays ?? null, history: historyDays ?? null, deliveries: deliveryDays };
}

/** When the environment lets old rows be deleted. Throws ConfigError. */
export function pruneScheduleOf(env: Env): Schedule {
  const schedule = { cron: readConfig(env, ['retention']).retention.cron, timeZone: 'UTC' };
  const fault = scheduleFault(schedule);
  if (fault !== null) throw new ConfigError([{ variable: 'PRUNE_SCHEDULE', problem: `is wrong: ${fault}` }]);
  return schedule;
}
