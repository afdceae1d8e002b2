import { readFile } from 'node:fs/promises';
import {
  applySource,
  dropSource,
  existingSource,
  keepSchedules,
  nextTick,
  presets,
  readSourceList,
  scheduleKinds,
  settingsOf,
  sourceConflicts,
  type SourceEntry,
  type SourceSettings,
  type Workshop,
} from '@thresher/pipeline';
import { countRecords, type Db, listSources, type Source } from '@thresher/store';
import { count, exit, type ExitCode, type Io, print, printJson, say, table, UsageError } from '../io.ts';
import { openShop } from '../shop.ts';

/** Makes the sources what a YAML file says. Where anything in it is wrong nothing is changed, and all of it is said. */
export async function applyFile(io: Io, file: string, flags: { json?: boolean }): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  const entries = readEntries(text, file);
  await using workshop = openShop(io);
  const db = await workshop.db();
  const applied = await applyEntries(db, entries, file);
  await setSchedules(io, workshop, db);
  if (flags.json)
    printJson(
      io,
      applied.map(({ source, action }) => ({ source: source.name, action })),
    );
  else for (const { source, action } of applied) print(io, `${source.name}: ${action}`);
  const others = (await listSources(db)).filter((source) => !entries.some((entry) => entry.name === source.name));
  if (others.length > 0) say(io, `not in ${file}, and left as they are: ${others.map((source) => source.name).join(', ')}`);
  return exit.done;
}

/** @throws UsageError with a line for each fault: `sources.yaml:4:11 sources[0].rate: …` */
function readEntries(text: string, file: string): readonly SourceEntry[] {
  const { sources, faults } = readSourceList(text);
  const lines = faults.map(({ path, line, column, message }) => `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`);
  return orFaults(sources, file, lines);
}

function orFaults(sources: readonly SourceEntry[], where: string, faults: readonly string[]): readonly SourceEntry[] {
  if (faults.length === 0) return sources;
  throw new UsageError(
    `${count(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} in ${where}, so nothing was changed:\n${faults.map((line) => `  ${line}`).join('\n')}`,
  );
}

async function applyEntries(db: Db, entries: readonly SourceEntry[], file: string) {
  const conflicts = await sourceConflicts(db, entries);
  if (conflicts.length > 0)
    throw new UsageError(`nothing was changed:\n${conflicts.map(({ name, message }) => `  ${file}: ${name}: ${message}`).join('\n')}`);
  const applied = [];
  for (const entry of entries) applied.push(await applySource(db, entry));
  return applied;
}

/** The harvester does the same by itself, a little later. */
async function setSchedules(io: Io, workshop: Workshop, db: Db): Promise<void> {
  const schedules = await keepSchedules(db, await workshop.schedules(), workshop.log);
  if (schedules > 0)
    say(io, `${count(schedules)} schedules set; a harvester process has to run for them: packages/pipeline/bin/harvester.ts`);
}

export interface AddFlags {
  readonly metadataPrefix?: string;
  readonly set?: string[];
  readonly rate?: string;
  readonly overlap?: string;
  readonly incremental?: string;
  readonly full?: string;
  readonly enrich?: string;
  readonly timeZone?: string;
}

/** Adds one source. What is said is checked as in a file. */
export async function addSource(io: Io, name: string, baseURL: string | undefined, flags: AddFlags): Promise<ExitCode> {
  // JSON is YAML.
  const { sources, faults } = readSourceList(JSON.stringify({ sources: [described(name, baseURL, flags)] }));
  const [entry] = orFaults(
    sources,
    'source add',
    faults.map(({ path, message }) => `${path.replace(/^sources\[0\]\.?/, '')}: ${message}`),
  );
  await using workshop = openShop(io);
  const db = await workshop.db();
  const [applied] = await applyEntries(db, [entry!], 'source add');
  await setSchedules(io, workshop, db);
  print(io, `${applied!.source.name}: ${applied!.action}`);
  return exit.done;
}

function described(name: string, baseURL: string | undefined, flags: AddFlags) {
  const preset = presets.find((known) => known.name === name || known.baseURL === baseURL);
  const schedule = (cron: string | undefined) => (cron === undefined ? undefined : { cron, timeZone: flags.timeZone ?? 'UTC' });
  return {
    name,
    baseURL: baseURL ?? preset?.baseURL,
    metadataPrefix: flags.metadataPrefix ?? preset?.metadataPrefix,
    sets: flags.set,
    rate: flags.rate ?? preset?.ratePerMinute,
    concurrency: preset?.concurrency,
    overlap: flags.overlap ?? preset?.overlapSeconds,
    schedules: { full: schedule(flags.full), incremental: schedule(flags.incremental), enrich: schedule(flags.enrich) },
  };
}

export async function listSourcesCommand(io: Io, flags: { json?: boolean }): Promise<ExitCode> {
  await using workshop = openShop(io);
  const rows = (await listSources(await workshop.db())).map(describe);
  if (flags.json) printJson(io, rows);
  else if (rows.length === 0) say(io, 'there are no sources yet: thresher source add, thresher source apply, or thresher harvest URL');
  else
    print(
      io,
      table(
        ['source', 'baseURL', 'prefix', 'sets', 'rate', 'full', 'incremental', 'next'],
        rows.map((row) => [
          row.name,
          row.baseURL,
          row.metadataPrefix,
          row.sets.join(' ') || 'all',
          row.settings.ratePerMinute ?? null,
          row.settings.schedules?.full?.cron ?? null,
          row.settings.schedules?.incremental?.cron ?? null,
          row.nextAt?.toISOString().slice(0, 16) ?? null,
        ]),
      ),
    );
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
  return { name: source.name, baseURL: source.base_url, metadataPrefix: source.metadata_prefix, sets: source.set_specs, settings, nextAt };
}

export async function removeSourceCommand(io: Io, name: string, flags: { yes?: boolean }): Promise<ExitCode> {
  await using workshop = openShop(io);
  const db = await workshop.db();
  const source = await existingSource(db, name);
  const { live, deleted } = await countRecords(db, source.id);
  if (live + deleted > 0 && !flags.yes) throw new UsageError(`${count(live + deleted)} records of ${source.name} would go: say --yes`);
  await dropSource(
    db,
    await workshop.search(),
    source,
    (records) => records % 10_000 === 0 && say(io, `${count(records)} records removed`),
    io.signal,
  );
  await keepSchedules(db, await workshop.schedules(), workshop.log);
  say(io, `${source.name} is removed, with ${count(live + deleted)} records`);
  return exit.done;
}
