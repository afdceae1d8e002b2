import { mapMetadata } from '@thresher/datacite';
import { baseUrlOf, type OaiClient } from '@thresher/oai';
import { presets } from '@thresher/pipeline';
import { exit, type ExitCode, type Io, print, printJson, printRows, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** Commands that ask a repository and need nothing else. */

const urlOf = (nameOrUrl: string): string => {
  const preset = presets.find((known) => known.name === nameOrUrl);
  if (preset !== undefined) return preset.baseURL;
  if (!URL.canParse(nameOrUrl))
    throw new UsageError(
      `${JSON.stringify(nameOrUrl)} is not a URL: give the base URL of an OAI-PMH endpoint, or one of ${presets.map((known) => known.name).join(', ')}`,
    );
  return baseUrlOf(nameOrUrl);
};

async function withClient<T>(io: Io, nameOrUrl: string, ask: (client: OaiClient) => Promise<T>): Promise<T> {
  await using resources = openCommandResources(io);
  return await ask(resources.client(urlOf(nameOrUrl), 30_000));
}

export async function identify(io: Io, url: string, flags: { json?: boolean }): Promise<ExitCode> {
  const identity = await withClient(io, url, (client) => client.identify(io.signal));
  if (flags.json) printJson(io, identity);
  else {
    const { descriptions: _, ...facts } = identity;
    for (const [name, value] of Object.entries(facts)) print(io, `${name.padEnd(18)}${asText(value)}`);
  }
  return exit.done;
}

function asText(value: string | Date | readonly string[] | null): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (value?.join(', ') ?? '–');
}

export async function listSets(io: Io, url: string, flags: { json?: boolean; limit?: number }): Promise<ExitCode> {
  return withClient(io, url, async (client) => {
    let shown = 0;
    for await (const { setSpec, setName } of client.listSets(io.signal)) {
      if (shown++ === flags.limit) {
        say(io, `the first ${flags.limit}; there are more`);
        break;
      }
      print(io, flags.json ? JSON.stringify({ setSpec, setName }) : `${setSpec}\t${setName ?? ''}`);
    }
    return exit.done;
  });
}

export async function listFormats(io: Io, url: string, flags: { json?: boolean }): Promise<ExitCode> {
  const formats = await withClient(io, url, (client) => client.listMetadataFormats(undefined, io.signal));
  printRows(io, formats, {
    json: flags.json,
    head: ['metadataPrefix', 'schema'],
    cells: (format) => [format.metadataPrefix, format.schema],
  });
  return exit.done;
}

/** One record, mapped; `raw` prints the answer as the server sent it. */
export async function fetchRecord(
  io: Io,
  url: string,
  identifier: string,
  flags: { metadataPrefix?: string; raw?: boolean },
): Promise<ExitCode> {
  const metadataPrefix = flags.metadataPrefix ?? 'oai_datacite';
  return withClient(io, url, async (client) => {
    if (flags.raw) {
      const reply = await client.request({ verb: 'GetRecord', identifier, metadataPrefix }, io.signal);
      print(io, Buffer.from(reply.bytes).toString('utf8').trimEnd());
      return reply.status < 300 ? exit.done : exit.failed;
    }
    const { header, metadata } = await client.getRecord(identifier, metadataPrefix, io.signal);
    printJson(io, { header, ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)) });
    return exit.done;
  });
}
