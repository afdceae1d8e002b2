import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts', 'infra/**/*.test.ts'],
    exclude: ['**/node_modules/**', '.thresher/**'],
    // Two cores, and three servers run beside the tests.
    maxWorkers: 2,
    testTimeout: 30_000,
    // A shared machine may stall for longer than any time-out; who works on the code sees every first failure.
    retry: process.env['CI'] === undefined ? 0 : 1,
    hookTimeout: 60_000,
  },
});
