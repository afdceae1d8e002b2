import { expect, test } from 'vitest';
import { describeReports } from './fuzzer.ts';
import { fuzzers } from './fuzzers.ts';

/** The short part of `npm run test:hostile`: the corpus, and a few inputs with a fixed seed. */
test.each(fuzzers)('$name: no input does harm', { timeout: 120_000 }, async (fuzzer) => {
  const report = await fuzzer.run({ seed: 20261130, inputs: fuzzer.shortInputs, env: process.env });
  expect(report.violations, describeReports([report]).join('\n')).toEqual([]);
});
