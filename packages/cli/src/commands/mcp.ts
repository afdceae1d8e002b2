import { type Readable, Writable } from 'node:stream';
import { untilThere, version } from '@thresher/pipeline';
import { readConfig } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, UsageError } from '../io.ts';
import { openCommandResources, waitReporter } from '../open-resources.ts';

/** `thresher mcp` */
export function addMcpCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('mcp')
    .description('serve the Model Context Protocol on standard input and output: search, records and SQL for assistants; only reads')
    .addHelpText('after', exampleLines('mcp'))
    .action(() => then(mcp(io)));
}

/** Serves the Model Context Protocol to the program that started this one, until that closes standard input. */
async function mcp(io: Io): Promise<ExitCode> {
  const { stdin, stdout } = io;
  if (stdin === undefined || stdin.isTTY === true || !(stdout instanceof Writable))
    throw new UsageError(
      'mcp talks to a program, not to a person: name it in the settings of an MCP client, as command thresher with argument mcp',
    );
  await using resources = openCommandResources(io);
  const { http, contact, elasticsearch } = readConfig(io.env, ['http', 'contact', 'elasticsearch']);
  const deps = {
    db: await untilThere(resources.db, waitReporter(io), io.signal),
    search: await untilThere(resources.search, waitReporter(io), io.signal),
    searchFault: elasticsearch.fault,
    log: resources.log,
    metrics: createMetrics(),
    version,
    contact: contact.email,
    readDb: resources.readDb,
    reach: { publicUrl: http.publicUrl },
  };
  const { serveMcp } = await import('@thresher/api/mcp');
  await serveMcp(deps, `127.0.0.1:${http.port}`, { input: stdin as Readable, output: stdout }, io.signal);
  return io.signal.aborted ? exit.interrupted : exit.done;
}
