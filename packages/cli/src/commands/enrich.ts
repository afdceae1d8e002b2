import { enrich, type EnrichCounts, existingSource, settingsOf, usualAgeSeconds } from '@thresher/pipeline';
import { readDuration } from '../dates.ts';
import { count, exit, type ExitCode, type Io, printJson, print, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

export interface EnrichFlags {
  readonly set?: string[];
  readonly query?: string;
  readonly limit?: number;
  readonly olderThan?: string;
  readonly rate?: number;
  readonly json?: boolean;
}

const sayEvery = 100;

/** Fetches what OAI-PMH does not carry, and says what came of it. Records that were not answered for make it incomplete. */
export async function enrichSource(io: Io, nameOrUrl: string, flags: EnrichFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const search = await resources.search();
  if (flags.query !== undefined && search === null)
    throw new UsageError('--query needs Elasticsearch: set ELASTICSEARCH_URL, or choose records with --set');
  const options = {
    setSpecs: flags.set ?? source.set_specs,
    query: flags.query ?? null,
    limit: flags.limit ?? null,
    olderThanSeconds:
      flags.olderThan === undefined ? (settingsOf(source).enrichEverySeconds ?? usualAgeSeconds) : readDuration(flags.olderThan),
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
