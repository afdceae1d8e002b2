#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseCommandLine, USAGE } from '../src/server/command-line.ts';
import { openReplay } from '../src/repository/replay.ts';
import { createRepository } from '../src/repository/repository.ts';
import { startServer } from '../src/server/server.ts';

const command = parseCommandLine(process.argv.slice(2), (path) => readFileSync(path, 'utf8'));
if (command.kind === 'help') {
  console.log(USAGE);
} else if (command.kind === 'wrong') {
  for (const fault of command.faults) console.error(fault);
  console.error('oai-sim --help shows how it is used.');
  process.exitCode = 2;
} else {
  try {
    await serve(command);
  } catch (error) {
    console.error(`oai-sim cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function serve({ repository, server, replay }: Extract<typeof command, { kind: 'serve' }>): Promise<void> {
  const source = replay === null ? { repository: createRepository(repository) } : await openReplay(replay, repository);
  const running = await startServer({ ...server, ...source });
  console.log(running.url);
  console.error(
    `${source.repository.count()} records, ${source.repository.sets().length} sets; changes and counters under ${running.origin}/_sim/`,
  );
  const stop = (): void => void running.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // The parent process, which opened a channel, has ended.
  process.once('disconnect', stop);
  // The listener alone would keep the process alive after SIGTERM.
  process.channel?.unref();
}
