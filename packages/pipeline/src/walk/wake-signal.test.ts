import { expect, test } from 'vitest';
import { createWakeSignal } from './wake-signal.ts';

const silent = new AbortController().signal;
const hour = 3_600_000;

test('a ring ends the wait, and one that nobody waited for ends the next', async () => {
  const bell = createWakeSignal();
  const waiting = bell.wait(hour, silent);
  bell.ring();
  await waiting;
  bell.ring();
  await bell.wait(hour, silent);
  // Each ring is heard once.
  let isOver = false;
  const next = bell.wait(hour, silent).then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  bell.ring();
  await next;
});

test('a wait ends with its time and with its signal', async () => {
  const bell = createWakeSignal();
  await expect(bell.wait(1, silent)).resolves.toBeUndefined();
  const stop = new AbortController();
  const waiting = bell.wait(hour, stop.signal);
  stop.abort();
  await expect(waiting).resolves.toBeUndefined();
  await expect(bell.wait(hour, stop.signal)).resolves.toBeUndefined();
});
