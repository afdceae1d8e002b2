import { apiOai } from './api-oai.ts';
import { apiQueries } from './api-queries.ts';
import { apiRoutes } from './api-routes.ts';
import { contentEncodings } from './content-encodings.ts';
import { csvLists, dumps, restAnswers } from './dump-and-rest.ts';
import type { AnyFuzzer } from './fuzzer.ts';
import { oaiPages } from './oai-pages.ts';

/** All fuzzers of `npm run test:hostile`, in the order in which they run. Each is defined in a file of this folder. */
export const fuzzers: readonly AnyFuzzer[] = [oaiPages, contentEncodings, dumps, csvLists, restAnswers, apiQueries, apiRoutes, apiOai];
