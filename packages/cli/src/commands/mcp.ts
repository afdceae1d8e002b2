import { type Readable, Writable } from 'node:stream';
import { readConfig } from '@thresher/runtime';
import { type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, UsageError } from '../io.ts';
import { openApiParts, openCommandResources } from '../open-resources.ts';

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
  const { MCP_SECTIONS, serveMcp } = await import('@thresher/api/mcp');
  const config = readConfig(io.env, MCP_SECTIONS);
  const parts = { ...(await openApiParts(resources, io)), readDb: resources.readDb };
  await serveMcp(config, parts, { input: stdin as Readable, output: stdout }, io.signal);
  return io.signal.aborted ? exit.interrupted : exit.done;
}
