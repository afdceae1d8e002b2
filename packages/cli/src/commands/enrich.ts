import { enrich, existingSource, settingsOf, defaultAgeSeconds, type EnrichCounts } from '@thresher/pipeline';
import { Option } from 'commander';
import { collect, type CommandRegistry, exampleLines, jsonOption, positive, wholeNumber } from '../command-options.ts';
import { readDuration } from '../dates.ts';
import { mustNotBePaused } from '../harvesting/session.ts';
import { count, exit, type ExitCode, type Io, printJson, say, UsageError, print } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher enrich` */
export function addEnrichCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('enrich <source>')
    .description(
      "fetch what OAI-PMH does not carry of harvested records (files, statistics, references, custom fields) from the source's REST API, up to 25 per request",
    )
    .option('--set <setSpec>', 'only members of this set; may be repeated', collect)
    .option('--query <query>', 'only records that this search finds')
    .addOption(new Option('--limit <n>', 'stop after n records').argParser(wholeNumber))
    .option('--older-than <time>', 'fetch again if the last fetch is older: 7d; default: the setting of the source, else 30d')
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'enrich zenodo --set user-biosyslit',
        "enrich zenodo --query 'communities:biosyslit AND type:dataset' --limit 500",
        'enrich zenodo --older-than 7d',
      ),
    )
    .action((source: string, flags: EnrichFlags) => then(enrichSource(io, source, flags)));
}

interface EnrichFlags {
  readonly set?: string[];
  readonly query?: string;
  readonly limit?: number;
  readonly olderThan?: string;
  readonly rate?: number;
  readonly json?: boolean;
}

const sayEvery = 100;

/** Fetches what OAI-PMH does not carry, and prints the result. Records without an answer make it incomplete. */
async function enrichSource(io: Io, nameOrUrl: string, flags: EnrichFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  mustNotBePaused(source);
  const search = await resources.search();
  if (flags.query !== undefined && search === null)
    throw new UsageError('--query needs Elasticsearch: set ELASTICSEARCH_URL, or choose records with --set');
  const options = {
    setSpecs: flags.set ?? source.set_specs,
    query: flags.query ?? null,
    limit: flags.limit ?? null,
    olderThanSeconds:
      flags.olderThan === undefined ? (settingsOf(source).enrichEverySeconds ?? defaultAgeSeconds) : readDuration(flags.olderThan),
    rate: flags.rate ?? null,
  };
  const counts = await enrich(
    { db, search, log: resources.log, liftBlock: true, ...resources.outbound() },
    source,
    options,
    progress(io),
    io.signal,
  );
  if (flags.json) printJson(io, { source: source.name, ...counts });
  else printCounts(io, source.name, counts);
  if (counts.unclear > 0) say(io, `${count(counts.unclear)} records got no answer; the same command requests them again`);
  return counts.unclear > 0 ? exit.incomplete : exit.done;
}

function progress(io: Io): (counts: Readonly<EnrichCounts>) => void {
  return ({ asked }) => void (asked % sayEvery === 0 && say(io, `${count(asked)} records asked for`));
}

function printCounts(io: Io, source: string, counts: EnrichCounts): void {
  if (counts.asked === 0) return void print(io, `${source}: nothing to fetch; --older-than 0s fetches again what was fetched before`);
  print(io, `${source}: ${count(counts.asked)} records asked for`);
  for (const name of ['new', 'changed', 'unchanged', 'gone', 'refused', 'unclear'] as const)
    if (counts[name] > 0) print(io, `  ${name.padEnd(11)}${count(counts[name]).padStart(12)}`);
}
