import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from './services/start-services.ts';

/** What Vitest's JSON report says of the run, as far as it is counted here. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** The count of a run, as `N passed, N failed, N skipped`, and the exit code. */
export interface TestResult {
  readonly summary: string;
  readonly exitCode: number;
}

/** Runs Vitest in the root of the checkout. Ctrl-C reaches it by itself; `signal` hands on a SIGTERM. */
export async function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  reportFile: string,
  signal: AbortSignal,
): Promise<TestResult> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const child = spawn('vitest', ['run', ...reporters, ...args], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'close')) as [number | null];
  const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : undefined;
  return resultOf(report, signal.aborted ? 130 : (code ?? 1));
}

/**
 * The result of a run. A file that could not be loaded counts as one failure, and so does anything else that made
 * Vitest fail without a failed test: an unhandled error, no report at all, no test found.
 */
export function resultOf(report: Report | undefined, code: number): TestResult {
  const broken = report?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length ?? 0;
  const counted = (report?.numFailedTests ?? 0) + broken;
  const failed = counted === 0 && code !== 0 ? 1 : counted;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const summary = `${report?.numPassedTests ?? 0} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
  return { summary, exitCode: failed === 0 ? 0 : Math.max(code, 1) };
}
