import {
  checkSource,
  completeRuns,
  existingSource,
  repairIndex,
  type SourceCheck,
  type CheckFault,
  type SearchTarget,
} from '@thresher/pipeline';
import { countBySource } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import { listSources } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, printJson, say, print, table } from '../io.ts';
import { mustSearch, openCommandResources } from '../open-resources.ts';

/** `thresher check` */
export function addCheckCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('check [source]')
    .description('compare what was declared, received, stored in SQL and in search, record by record')
    .option('--repair', 'first make the whole search index equal to SQL')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('check', 'check zenodo --json', 'check --repair'))
    .action((source: string | undefined, flags: CheckFlags) => then(check(io, source, flags)));
}

interface CheckFlags {
  readonly json?: boolean;
  readonly repair?: boolean;
}

/**
 * Checks that all counts agree: prints a table, a message for each difference, and the command that repairs it. With `repair` the
 * whole index is made equal to SQL first.
 *
 * @param alias of the index, if it is not the usual one
 */
export async function check(io: Io, nameOrUrl: string | undefined, flags: CheckFlags, alias?: string): Promise<ExitCode> {
  await using resources = openCommandResources(io, alias);
  const db = await resources.db();
  const search = await resources.search();
  if (flags.repair) {
    const repaired = await repairIndex(db, mustSearch(search), io.signal);
    const completed = await completeRuns({ db, search, log: resources.log });
    say(io, `${count(repaired)} records were sent to search or deleted from it`);
    if (completed > 0) say(io, `${count(completed)} windows that had come short are complete`);
  }
  const sources = nameOrUrl === undefined ? await listSources(db) : [await existingSource(db, nameOrUrl)];
  const checks: SourceCheck[] = [];
  for (const source of sources) checks.push(await checkSource(db, search, source, io.signal));
  const strangers = search === null || nameOrUrl !== undefined ? [] : await unknownSources(db, search);
  const faults = [...checks.flatMap((one) => one.faults), ...strangers];
  if (flags.json) printJson(io, { complete: faults.length === 0, sources: checks, faults });
  else printChecks(io, checks, faults, search !== null);
  return faults.length === 0 ? exit.done : exit.incomplete;
}

/** Documents of sources that are not in the database: it was another one, or they were removed without the index. */
async function unknownSources(db: Db, search: SearchTarget): Promise<CheckFault[]> {
  const known = new Set((await listSources(db)).map((source) => String(source.id)));
  const strange = [...(await countBySource(search.client, search.alias))].filter(([id]) => !known.has(id));
  const documents = strange.reduce((sum, [, n]) => sum + n, 0);
  if (documents === 0) return [];
  const sentence = `${count(documents)} documents in search are of sources that are not in this database`;
  return [{ code: 'sources-unknown', count: documents, sentence, command: 'thresher check --repair', examples: [] }];
}

function printChecks(io: Io, checks: readonly SourceCheck[], faults: readonly CheckFault[], searchable: boolean): void {
  if (checks.length === 0) say(io, 'there are no sources yet: thresher harvest URL');
  else print(io, table(head, checks.map(toRow)));
  if (!searchable) say(io, 'there is no ELASTICSEARCH_URL: search was not checked');
  for (const { sentence, command, examples } of faults)
    print(
      io,
      `${sentence}${examples.length > 0 ? ` (${examples.slice(0, 3).join(', ')}${examples.length > 3 ? ' …' : ''})` : ''}: ${command}`,
    );
  if (faults.length === 0 && checks.length > 0) print(io, 'everything adds up');
}

const head = ['source', 'runs', 'declared', 'received', 'quarantined', 'live', 'deleted', 'for search', 'in search', 'faults'];

const toRow = (one: SourceCheck): (string | number | null)[] => [
  one.source,
  one.runs.length > 1 ? `${one.runs[0]}–${one.runs.at(-1)}` : (one.runs[0]?.toString() ?? null),
  one.declared,
  one.received,
  one.quarantined,
  one.live,
  one.deleted,
  one.live - one.unmapped,
  one.index?.documents ?? null,
  one.faults.length,
];
