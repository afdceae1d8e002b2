import { searchRecords, suggestSpelling } from '@thresher/search';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, jsonOption, wholeNumber } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, print, printJson, say } from '../io.ts';
import { mustSearch, openCommandResources } from '../open-resources.ts';

/** `thresher search` */
export function addSearchCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('search <query>')
    .description('search the records that were harvested')
    .addOption(new Option('--page <n>', 'page, from 1').argParser(wholeNumber))
    .addOption(new Option('--size <n>', 'records on a page').argParser(wholeNumber))
    .option('--sort <name>', 'bestmatch, newest, …; a leading - reverses the order')
    .option('--all-versions', 'every version of a record, not only the latest')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'search "coral reefs"',
        "search 'creators.orcid:0000-0002-1825-0097'",
        "search 'publication_date:[2024-01-01 TO *] AND title:climate' --json",
      ),
    )
    .action((query: string, flags: Flags<typeof search>) => then(search(io, query, flags)));
}

export async function search(
  io: Io,
  query: string,
  flags: { page?: number; size?: number; sort?: string; allVersions?: boolean; json?: boolean },
): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const { client, alias } = mustSearch(await resources.search());
  const { page = 1, size = 10, sort, allVersions = false } = flags;
  const wanted = { q: query, allVersions, nearly: true, page, size, signal: io.signal, ...(sort === undefined ? {} : { sort }) };
  const found = await searchRecords(client, alias, wanted);
  if (flags.json) {
    printJson(io, { total: found.total, page, size, hits: found.hits.map((hit) => hit.source) });
    return exit.done;
  }
  say(io, `${count(found.total)} records, ${found.tookMs} ms${found.near ? ', none with these words as they are written' : ''}`);
  const better = found.near ? await suggestSpelling(client, alias, wanted, 0, io.signal) : null;
  if (better !== null) say(io, `Did you mean: ${better.q} (${count(better.total)} records)`);
  for (const { source } of found.hits) {
    print(io, source.title ?? source.oai_identifier);
    print(
      io,
      `  ${[source.creators?.[0]?.name, source.publication_year, source.resource_type?.general, source.doi ?? source.oai_identifier].filter(Boolean).join(' · ')}`,
    );
  }
  return exit.done;
}
