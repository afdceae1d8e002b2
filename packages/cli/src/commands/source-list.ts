import { nextTick, scheduleKinds, settingsOf, type SourceSettings } from '@thresher/pipeline';
import { redactUrl } from '@thresher/runtime';
import { listSources, type Source } from '@thresher/store/harvest';
import { type CommandRegistry, type Flags, jsonOption } from '../command-options.ts';
import { exit, type ExitCode, type Io, printRows } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher source list` */
export function addSourceListCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('list')
    .description('the sources, their sets and schedules')
    .addOption(jsonOption())
    .action((flags: Flags<typeof showSources>) => then(showSources(io, flags)));
}

async function showSources(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const rows = (await listSources(await resources.db())).map(describe);
  printRows(io, rows, {
    json: flags.json,
    none: 'there are no sources yet: thresher source add, thresher source apply, or thresher harvest URL',
    head: ['source', 'baseURL', 'prefix', 'sets', 'rate', 'full', 'incremental', 'next'],
    cells: (row) => [
      row.name,
      row.baseURL,
      row.metadataPrefix,
      row.sets.join(' ') || 'all',
      row.settings.ratePerMinute ?? null,
      row.settings.schedules?.full?.cron ?? null,
      row.settings.schedules?.incremental?.cron ?? null,
      row.nextAt?.toISOString().slice(0, 16) ?? null,
    ],
  });
  return exit.done;
}

function describe(source: Source): {
  name: string;
  baseURL: string;
  metadataPrefix: string;
  sets: string[];
  settings: SourceSettings;
  nextAt: Date | null;
} {
  const settings = settingsOf(source);
  const now = new Date();
  const ticks = scheduleKinds.flatMap((kind) =>
    settings.schedules?.[kind] === undefined ? [] : [nextTick(settings.schedules[kind], now)],
  );
  const nextAt = ticks.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
  return {
    name: source.name,
    baseURL: redactUrl(source.base_url),
    metadataPrefix: source.metadata_prefix,
    sets: source.set_specs,
    settings,
    nextAt,
  };
}
