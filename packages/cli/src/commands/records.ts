import { lookUp } from '@thresher/api';
import { searchRecords, suggestSpelling } from '@thresher/search';
import { count, exit, type ExitCode, type Io, print, printJson, say } from '../io.ts';
import { mustSearch, openCommandResources } from '../open-resources.ts';

/** A record of this database, under any of its names: number, DOI, DOI URL, record URL, OAI identifier. */
export async function getRecord(io: Io, id: string): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const { record } = await lookUp(await resources.db(), id);
  printJson(io, record);
  return exit.done;
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
