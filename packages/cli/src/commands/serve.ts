import { readConfig } from '@thresher/runtime';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, say } from '../io.ts';
import { openApiParts, openCommandResources } from '../open-resources.ts';

/** `thresher serve` */
export function addServeCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('serve')
    .description('serve the API and the web page')
    .option('--host <address>', 'address to listen on (HOST)')
    .addOption(new Option('--port <n>', 'port to listen on (PORT)').argParser(wholeNumber))
    .addHelpText('after', exampleLines('serve --port 8080'))
    .action((flags: Flags<typeof serve>) => then(serve(io, flags)));
}

/** Serves the API and the web page until a signal. */
export async function serve(io: Io, flags: { host?: string; port?: number }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const { API_SECTIONS, serveApi } = await import('@thresher/api');
  const config = readConfig(io.env, API_SECTIONS);
  const parts = await openApiParts(resources, io);
  const onListening = (address: string): unknown => say(io, `serving ${address}`);
  await serveApi(config, parts, { ...flags, onListening }, io.signal);
  return exit.interrupted;
}
