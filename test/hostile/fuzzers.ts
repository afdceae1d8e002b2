import { contentEncodings } from './content-encodings.ts';
import type { AnyFuzzer } from './fuzzer.ts';

/** All fuzzers of `npm run test:hostile`, in the order in which they run. Each has a file of its name in this folder. */
export const fuzzers: readonly AnyFuzzer[] = [contentEncodings];
