import { existsSync, readFileSync, statSync } from 'node:fs';
import { startProcess } from './processes.ts';

import { addSlot, environment, removeSlot, type Slot, type World } from './world.ts';

/** The longest that one attempt of a command may take: many times what it takes on a busy machine. */
const STUCK_MS = 400_000;
const MOST_ATTEMPTS = 12;

/** What a command has to know of what disturbs it. */
export interface Disturbed {
  /** How many disturbances have begun so far. */
  readonly begun: () => number;
  /** Whether one is under way. */
  readonly active: () => boolean;
}

/** Whether an attempt was left alone from its beginning to its end. */
interface Attempt {
  readonly how: number | NodeJS.Signals | 'stuck';
  /** What it wrote to standard error. */
  readonly said: string;
  readonly disturbed: boolean;
}

/**
 * Gives a command again and again, as a person would after an outage, until it ends with 0. What a command may not do is
 * noted as a violation: fail although nothing disturbed it, show a stack trace, declare records missing, or never end.
 */
export async function reach(
  world: World,
  name: string,
  args: readonly string[],
  schedule: Disturbed | null,
  signal: AbortSignal,
): Promise<void> {
  const slot = await addSlot(world, name, 'cli');
  try {
    for (let n = 1; n <= MOST_ATTEMPTS; n++) {
      signal.throwIfAborted();
      const attempt = await tryOnce(world, slot, args, schedule);
      if (attempt.how === 0 || !mayTryAgain(world, name, attempt)) return;
    }
    world.violated(`${name} did not end with 0 in ${MOST_ATTEMPTS} attempts`);
  } finally {
    await removeSlot(world, slot);
  }
}

async function tryOnce(world: World, slot: Slot, args: readonly string[], schedule: Disturbed | null): Promise<Attempt> {
  const begun = schedule?.begun() ?? 0;
  const active = schedule?.active() ?? false;
  const start = existsSync(slot.logFile) ? statSync(slot.logFile).size : 0;
  slot.ending = false;
  const { skewMs } = world.services;
  const process = startProcess('cli', args, { env: environment(world, slot), logFile: slot.logFile, skewMs });
  slot.process = process;
  const timer = Promise.withResolvers<'stuck'>();
  const timeout = setTimeout(() => timer.resolve('stuck'), STUCK_MS);
  const how = await Promise.race([process.ended, timer.promise]);
  clearTimeout(timeout);
  if (how === 'stuck') {
    process.signal('SIGKILL');
    await process.ended;
  }
  const said = readFileSync(slot.logFile).subarray(start).toString();
  const disturbed = active || schedule?.active() === true || (schedule?.begun() ?? 0) > begun || slot.ending;
  return { how, said, disturbed };
}

/** A person's command met another process that does the same, and says to wait for it. */
const WAITS = /another reindex is running; wait until it has ended/;

/** Says what was wrong with an attempt that failed, and whether giving the command again is what its sentence asks for. */
function mayTryAgain(world: World, name: string, { how, said, disturbed }: Attempt): boolean {
  const last = said.trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (/^ {4}at /m.test(said)) world.violated(`${name} showed a stack trace: ${/^.*\n {4}at .*$/m.exec(said)?.[0].slice(0, 200)}`);
  if (how === 'stuck') world.violated(`${name} was stuck: ${last}`);
  else if (how === 3) world.violated(`${name} ended incomplete: ${last}`);
  else if (!disturbed && !WAITS.test(last)) world.violated(`${name} ended with ${how} although nothing disturbed it: ${last}`);
  else return true;
  return false;
}
