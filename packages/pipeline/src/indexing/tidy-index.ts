import type { Logger } from '@thresher/runtime';
import { mergeSegments } from '@thresher/search';
import type { SearchTarget } from './index-records.ts';

/** Merges the index after many writes, which makes searches faster. If that fails, the documents are in the index nevertheless. */
export async function tidyIndex({ client, alias }: SearchTarget, log: Logger): Promise<void> {
  await mergeSegments(client, alias).catch((error: unknown) => log.warn({ err: error }, 'the segments of the index were not merged'));
}
