/**
 * `npm run test:cluster`: several harvesters, transformers and APIs on a cluster of Elasticsearch, with TLS to all servers, mirror a
 * simulated repository while processes and nodes are killed. It takes 3 GB of memory.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runUntilSignal } from '@thresher/runtime';
import { runClusterTrial } from '../test/cluster/trial.ts';

const USAGE = `Usage: npm run test:cluster -- [options]

  --records N   records of the repository (20000)
  --rate N      requests per minute to it (120): the harvest has to last longer than all that is killed
  --home DIR    empty folder for the servers and for the logs of the processes (a new one under ${tmpdir()})

Exit code 0: SQL and search equal the repository; 1: they do not; 2: wrong usage; 130: interrupted.`;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '120' },
    home: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [records, rate] = [Number(values.records), Number(values.rate)];
if (values.help) console.log(USAGE);
else if (!(Number.isInteger(records) && records > 0 && rate > 0)) {
  console.error('--records and --rate have to be numbers above 0');
  process.exitCode = 2;
} else
  await runUntilSignal(async (signal) => {
    const home = values.home ?? mkdtempSync(join(tmpdir(), 'thresher-cluster-'));
    console.error(`servers and logs: ${home}`);
    const { violations } = await runClusterTrial({ home, records, rate, log: (line) => console.log(line), signal });
    console.log(violations.length === 0 ? 'SQL and search equal the repository' : `${violations.length} violations`);
    return violations.length > 0 ? 1 : undefined;
  });
