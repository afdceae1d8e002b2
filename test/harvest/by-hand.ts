/**
 * Trials that take minutes, each on processes and its own database (DATABASE_URL).
 *
 *   node test/harvest/by-hand.ts faults --size 100000 --rate 0.001 --kills 10
 *   node test/harvest/by-hand.ts pace --rate 30 --latency 300-800 --seconds 300 --harvesters 2
 *   node test/harvest/by-hand.ts walk --size 1000000
 */
import { parseArgs } from 'node:util';
import { tryFaults } from '../faults/fault-trial.ts';
import { tryPace } from './pace-trial.ts';
import { tryWalk } from './walk-trial.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '0' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    latency: { type: 'string', default: '300-800' },
    seconds: { type: 'string', default: '300' },
    harvesters: { type: 'string', default: '1' },
  },
});
const databaseUrl = process.env['DATABASE_URL'] ?? '';
const rate = Number(values.rate);

switch (positionals[0]) {
  case 'faults': {
    const { run, totals, ...report } = await tryFaults({
      size: Number(values.size),
      pageSize: 50,
      rate,
      kills: Number(values.kills),
      seed: Number(values.seed),
      databaseUrl,
      tell: (line) => console.error(line),
    });
    console.log({ state: run.state, failure: run.failure, ...totals, ...report });
    break;
  }
  case 'pace':
    console.log(
      await tryPace({
        ratePerMinute: rate,
        latency: values.latency,
        seconds: Number(values.seconds),
        harvesters: Number(values.harvesters),
        databaseUrl,
      }),
    );
    break;
  case 'walk':
    console.log(await tryWalk(Number(values.size), databaseUrl));
    break;
  default:
    console.error('faults, pace or walk?');
    process.exitCode = 2;
}
