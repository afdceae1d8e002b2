import type { OaiClient } from '@thresher/oai';
import type { Logger } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import type { SearchTarget } from './indexing/index-records.ts';
import type { PageQueue } from './queue/page-queue.ts';
import type { ReadLimits } from './walk/read-in-child.ts';

/** What a harvest works with. It opens and closes none of it. */
export interface HarvestDeps {
  readonly db: Db;
  readonly client: OaiClient;
  readonly queue: PageQueue;
  readonly search: SearchTarget | null;
  readonly log: Logger;
  /** A person has started this: a block of the source's host ends. Never in a process that continues by itself. */
  readonly liftBlock?: boolean;
  /** For reading what walkers have died of; those of `readInChild` unless specified. */
  readonly readLimits?: ReadLimits;
}
