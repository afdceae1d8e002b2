import type { Logger } from '@thresher/runtime';
import { mergeSegments } from '@thresher/search';
import type { SearchTarget } from './index-records.ts';

/** Has the index merged after much was written, which makes it quicker to search. Where that fails, what was written is there all the same. */
export async function tidyIndex({ client, alias }: SearchTarget, log: Logger): Promise<void> {
  await mergeSegments(client, alias).catch((error: unknown) => log.warn({ err: error }, 'the segments of the index were not merged'));
}
