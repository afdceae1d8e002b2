import { apiOai } from './api-oai.ts';
import { apiQueries } from './api-queries.ts';
import { apiRoutes } from './api-routes.ts';
import { contentEncodings } from './content-encodings.ts';
import type { AnyFuzzer } from './fuzzer.ts';

/** All fuzzers of `npm run test:hostile`, in the order in which they run. Each has a file of its name in this folder. */
export const fuzzers: readonly AnyFuzzer[] = [contentEncodings, apiQueries, apiRoutes, apiOai];
