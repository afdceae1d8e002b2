import fc from 'fast-check';

/** One input that failed once and is tried first in every run. Small: a generator rather than a file. */
export interface CorpusEntry<Input> {
  readonly name: string;
  readonly make: () => Input;
}

/** Checks one input. Throws a sentence (as an `Error`) if something that must hold does not. */
export type Check<Input> = (input: Input) => void | Promise<void>;

/** What finds faults in one part of the system, with inputs that are made from a grammar. */
export interface Fuzzer<Input> {
  /** The part, as the report calls it. */
  readonly name: string;
  /** Inputs in the part that runs in `npm test`: a few seconds' worth. */
  readonly shortInputs: number;
  /** Inputs in `npm run test:hostile` unless specified. */
  readonly inputs: number;
  readonly arbitrary: fc.Arbitrary<Input>;
  readonly corpus: readonly CorpusEntry<Input>[];
  /** How the report shows an input that failed; at most a few hundred characters. */
  readonly show: (input: Input) => string;
  /** Opens what the check needs (a server, a database) and puts it on `resources`. Reads servers' URLs from `env`. */
  readonly open: (env: Readonly<Record<string, string | undefined>>, resources: AsyncDisposableStack) => Promise<Check<Input>>;
}

export interface Violation {
  /** The corpus entry's name, or seed and path of fast-check, which find the same input again. */
  readonly input: string;
  readonly shown: string;
  readonly reason: string;
}

export interface FuzzReport {
  readonly name: string;
  readonly seed: number;
  readonly corpus: number;
  readonly inputs: number;
  readonly violations: readonly Violation[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A fuzzer, whatever its inputs are. */
export interface AnyFuzzer extends Pick<Fuzzer<never>, 'name' | 'shortInputs' | 'inputs'> {
  readonly run: (options: FuzzOptions, signal?: AbortSignal) => Promise<FuzzReport>;
}

export const defineFuzzer = <Input>(fuzzer: Fuzzer<Input>): AnyFuzzer => ({
  ...fuzzer,
  run: (options, signal) => runFuzzer(fuzzer, options, signal),
});

/** Replays the corpus, then tries `inputs` new inputs; these end at the first violation, which is shrunk. */
async function runFuzzer<Input>(fuzzer: Fuzzer<Input>, { seed, inputs, env }: FuzzOptions, signal?: AbortSignal): Promise<FuzzReport> {
  await using resources = new AsyncDisposableStack();
  const check = await fuzzer.open(env, resources);
  const violations = await replayCorpus(fuzzer, check, signal);
  const property = fc.asyncProperty(fuzzer.arbitrary, async (input) => {
    signal?.throwIfAborted();
    await check(input);
  });
  const found = await fc.check(property, { seed, numRuns: inputs });
  signal?.throwIfAborted();
  if (found.failed) {
    const input = `seed ${found.seed}, path ${found.counterexamplePath}`;
    const shown = found.counterexample === null ? '' : fuzzer.show(found.counterexample[0]);
    violations.push({ input, shown, reason: reasonOf(found.errorInstance) });
  }
  return { name: fuzzer.name, seed, corpus: fuzzer.corpus.length, inputs: found.numRuns, violations };
}

async function replayCorpus<Input>(fuzzer: Fuzzer<Input>, check: Check<Input>, signal: AbortSignal | undefined): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name, make } of fuzzer.corpus) {
    signal?.throwIfAborted();
    try {
      await check(make());
    } catch (error) {
      violations.push({ input: `corpus: ${name}`, shown: '', reason: reasonOf(error) });
    }
  }
  return violations;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000);

/** One line for each fuzzer and each violation, and the sum. */
export function describeReports(reports: readonly FuzzReport[]): string[] {
  const lines = reports.flatMap(({ name, seed, corpus, inputs, violations }) => [
    `${name}: seed ${seed}, ${corpus} inputs of the corpus, ${inputs} new inputs, ${violations.length} violations`,
    ...violations.map(({ input, shown, reason }) => `  ${input}: ${reason}${shown === '' ? '' : `\n    ${shown}`}`),
  ]);
  const sum = (count: (report: FuzzReport) => number): number => reports.reduce((total, report) => total + count(report), 0);
  return [...lines, `${sum((it) => it.corpus + it.inputs)} inputs, ${sum((it) => it.violations.length)} violations`];
}
