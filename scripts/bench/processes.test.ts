import { expect, test } from 'vitest';
import { cpuTicks, isProgram, parentOf, watch } from './processes.ts';

test('CPU is read past a name with blanks and brackets', () => {
  const fields = Array.from({ length: 49 }, (_, n) => String(n + 4));
  expect(cpuTicks(`42 (postgres: io (0) w) S ${fields.join(' ')}`)).toBe(14 + 15 + 16 + 17);
});

test.skipIf(process.platform !== 'linux')('a process is watched with its CPU and memory, and no other is taken for it', () => {
  const watching = watch([{ name: 'this one', pid: process.pid }]);
  for (const until = process.cpuUsage().user + 300_000; process.cpuUsage().user < until;);
  const [figure] = watching.figures();
  expect(figure).toMatchObject({ process: 'this one' });
  expect(figure!.cpuSeconds).toBeGreaterThan(0.2);
  expect(figure!.peakMegabytes).toBeGreaterThan(20);
  expect(isProgram(process.pid, /^postgres$/)).toBe(false);
  expect(parentOf(process.pid)).toBe(process.ppid);
});
