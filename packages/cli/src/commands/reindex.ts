import { completeRuns, reindex } from '@thresher/pipeline';
import { countDocuments } from '@thresher/search';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, say } from '../io.ts';
import { mustSearch, openCommandResources } from '../open-resources.ts';

/** `thresher reindex` */
export function addReindexCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('reindex')
    .description('build the search index again from SQL')
    .addHelpText('after', exampleLines('reindex'))
    .action(() => then(rebuildIndex(io)));
}

/** Builds a new index from PostgreSQL and switches to it; searches continue meanwhile. */
async function rebuildIndex(io: Io): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const search = mustSearch(await resources.search());
  const onProgress = (records: number): unknown => records % 10_000 === 0 && say(io, `${count(records)} records`);
  const index = await reindex({ db, search, log: resources.log }, onProgress, io.signal);
  const completed = await completeRuns({ db, search, log: resources.log });
  if (completed > 0) say(io, `${count(completed)} windows that had come short are complete`);
  say(io, `${search.alias} leads to ${index}: ${count(await countDocuments(search.client, search.alias))} records`);
  return exit.done;
}
