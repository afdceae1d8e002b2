import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of the whole take longest, and come first: else one core waits for the last of them. */
class WholeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWhole = ({ moduleId }: TestSpecification): boolean => moduleId.startsWith(`${import.meta.dirname}/test/`);
    return (await super.sort(files)).toSorted((a, b) => Number(isWhole(b)) - Number(isWhole(a)));
  }
}

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts', 'infra/**/*.test.ts'],
    exclude: ['**/node_modules/**', '.thresher/**'],
    // Importing a package does nothing and tests put back what they change: a process that is warm serves the next file too.
    isolate: false,
    // One more than the two cores of CI, as many a test waits: for a server, a lease, a pace.
    maxWorkers: 3,
    sequence: { sequencer: WholeFirst },
    testTimeout: 30_000,
    // A page in a browser takes longer than the usual second on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    // A shared machine may stall for longer than any time-out; developers see every first failure.
    retry: process.env['CI'] === undefined ? 0 : 1,
    hookTimeout: 60_000,
  },
});
