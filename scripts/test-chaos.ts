/**
 * `npm run test:chaos`: harvests of a simulated repository on servers of the suite's own, while processes and servers are
 * killed, stopped, cut off, emptied and filled up; afterwards everything has to equal what the repository holds.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runUntilSignal } from '@thresher/runtime';
import { type DisturbanceKind, DISTURBANCE_KINDS, DISTURBANCES } from '../test/chaos/disturbance.ts';
import { totalLines, totalsOf } from '../test/chaos/report.ts';
import { runSuite } from '../test/chaos/suite.ts';

const USAGE = `Usage: npm run test:chaos -- [options]

  --runs N       how many runs (200)
  --seed S       seed of the first run; the next has S + 1 (1)
  --minutes M    no run begins after M minutes (120)
  --only KIND    only disturbances of this kind; may be given several times
  --home DIR     folder for the servers and for the logs of runs that failed (a new one under ${tmpdir()})

Kinds:
${DISTURBANCE_KINDS.map((kind) => `  ${kind.padEnd(20)}${DISTURBANCES[kind].text}`).join('\n')}

Exit code 0: nothing was violated; 1: something was; 2: wrong usage; 130: interrupted.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '120' },
    only: { type: 'string', multiple: true },
    home: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only?.filter((kind) => !(DISTURBANCE_KINDS as readonly string[]).includes(kind)) ?? [];
if (values.help) console.log(USAGE);
else if (unknown.length > 0) {
  console.error(`no kind of disturbance is called ${unknown.join(', ')}: npm run test:chaos -- --help lists them`);
  process.exitCode = 2;
} else
  await runUntilSignal(async (signal) => {
    const home = values.home ?? mkdtempSync(join(tmpdir(), 'thresher-chaos-'));
    const reports = await runSuite({
      home,
      env: process.env,
      log: (line) => console.error(line),
      signal,
      seeds: Array.from({ length: Number(values.runs) }, (_, n) => Number(values.seed) + n),
      minutes: Number(values.minutes),
      only: values.only as DisturbanceKind[] | undefined,
    });
    const totals = totalsOf(reports);
    for (const line of totalLines(totals)) console.log(line);
    return totals.violations > 0 ? 1 : undefined;
  });
