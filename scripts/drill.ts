/**
 * `npm run drill -- NAME`: what an operator does once a year, on a simulated repository and on servers started for it, with the real
 * programs; the end is compared with the repository's own ledger.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runUntilSignal } from '@thresher/runtime';
import { type Drill, runDrill } from '../test/drills/drill.ts';
import { mapping } from '../test/drills/mapping.ts';
import { restore } from '../test/drills/restore.ts';
import { rolling } from '../test/drills/rolling.ts';
import { upgrade } from '../test/drills/upgrade.ts';
import { openPlace } from '../test/fleet/place.ts';
import { takeNotes } from '../test/fleet/report.ts';

const DRILLS: Readonly<Record<string, { readonly drill: Drill; readonly records: number; readonly text: string }>> = {
  restore: { drill: restore, records: 2_000, text: 'the database is lost; a backup that is older than the last harvests is restored' },
  upgrade: { drill: upgrade, records: 4_000, text: 'an old version harvests and serves while it is replaced by this one' },
  mapping: { drill: mapping, records: 4_000, text: 'a new index replaces one with an older mapping while records change and are searched' },
  rolling: { drill: rolling, records: 4_000, text: 'every process is restarted in turn while a harvest and queries go on' },
};

const USAGE = `Usage: npm run drill -- NAME... [options]

${Object.entries(DRILLS)
  .map(([name, { text, records }]) => `  ${name.padEnd(14)}${text} (${records} records)`)
  .join('\n')}

  --records N   records of the repository
  --from COMMIT of the old version, for upgrade (the newest that lacks a migration)
  --home DIR    empty folder for the servers and for the logs of the processes (a new one under ${tmpdir()})

Exit code 0: each drill ended as it has to; 1: one did not; 2: wrong usage; 130: interrupted.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string' }, from: { type: 'string' }, home: { type: 'string' }, help: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in DRILLS));
if (values.help) console.log(USAGE);
else if (positionals.length === 0 || unknown.length > 0) {
  console.error(`${unknown.length > 0 ? `no drill is called ${unknown.join(', ')}` : 'name a drill'}: npm run drill -- --help lists them`);
  process.exitCode = 2;
} else
  await runUntilSignal(async (signal) => {
    const home = values.home ?? mkdtempSync(join(tmpdir(), 'thresher-drill-'));
    console.error(`servers and logs: ${home}`);
    await using place = await openPlace({ home, log: (line) => console.error(line), signal });
    let violations = 0;
    for (const name of positionals) {
      const { drill, records } = DRILLS[name]!;
      const notes = takeNotes((line) => console.log(`${name} ${line}`));
      const count = Number(values.records ?? records);
      await runDrill(drill, { place, notes, records: count, home: join(home, name), from: values.from, signal });
      console.log(`${name}: ${notes.violations.length === 0 ? 'as it has to be' : `${notes.violations.length} violations`}`);
      violations += notes.violations.length;
    }
    return violations > 0 ? 1 : undefined;
  });
