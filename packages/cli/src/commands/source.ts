import { redactUrl } from '@thresher/runtime';
import { readFile } from 'node:fs/promises';
import {
  type AppliedWebhook,
  applySource,
  applyWebhook,
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
  type SourceList,
  type SourceSettings,
  webhookConflicts,
  type Resources,
} from '@thresher/pipeline';
import { listWebhooks } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { listSources, type Source } from '@thresher/store/harvest';
import { countRecords } from '@thresher/store/read';
import { count, exit, type ExitCode, type Io, print, printJson, printRows, say, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** Makes sources and webhooks what a YAML file says. Where anything in it is wrong nothing is changed, and all of it is said. */
export async function applyFile(io: Io, file: string, flags: { json?: boolean }): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  const list = readList(text, file);
  await using resources = openCommandResources(io);
  const db = await resources.db();
  orConflicts(file, [...(await conflictsOf(db, list.sources)), ...(await webhookConflicts(db, list.webhooks))]);
  const sources = [];
  for (const entry of list.sources) sources.push(await applySource(db, entry));
  const webhooks = [];
  for (const entry of list.webhooks) webhooks.push(await applyWebhook(db, entry));
  await setSchedules(io, resources, db);
  if (flags.json)
    printJson(io, [...sources.map(({ source, action }) => ({ source: source.name, action })), ...webhooks.map(describeWebhook)]);
  else {
    for (const { source, action } of sources) print(io, `${source.name}: ${action}`);
    for (const { id, url, action, newSecret } of webhooks)
      print(io, `webhook ${id}, ${url}: ${action}${newSecret === null ? '' : `, ${newSecret}`}`);
  }
  if (webhooks.some(({ newSecret }) => newSecret !== null)) say(io, 'keep the secrets of new webhooks: they are not shown again');
  await sayOthers(io, db, list, file);
  return exit.done;
}

const describeWebhook = ({ id, url, action, newSecret }: AppliedWebhook) => ({
  webhook: id,
  url,
  action,
  ...(newSecret && { secret: newSecret }),
});

async function sayOthers(io: Io, db: Db, { sources, webhooks }: SourceList, file: string): Promise<void> {
  const others = [
    ...(await listSources(db)).map(({ name }) => name).filter((name) => !sources.some((entry) => entry.name === name)),
    ...(await listWebhooks(db)).map(({ url }) => url).filter((url) => !webhooks.some((entry) => entry.url === url)),
  ];
  if (others.length > 0) say(io, `not in ${file}, and left as they are: ${others.join(', ')}`);
}

/** @throws UsageError with a line for each fault: `sources.yaml:4:11 sources[0].rate: …` */
function readList(text: string, file: string): SourceList {
  const list = readSourceList(text);
  orFaults(
    file,
    list.faults.map(({ path, line, column, message }) => `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`),
  );
  return list;
}

function orFaults(where: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new UsageError(
    `${count(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} in ${where}, so nothing was changed:\n${faults.map((line) => `  ${line}`).join('\n')}`,
  );
}

const conflictsOf = async (db: Db, entries: readonly SourceEntry[]): Promise<string[]> =>
  (await sourceConflicts(db, entries)).map(({ name, message }) => `${name}: ${message}`);

function orConflicts(where: string, conflicts: readonly string[]): void {
  if (conflicts.length > 0) throw new UsageError(`nothing was changed:\n${conflicts.map((one) => `  ${where}: ${one}`).join('\n')}`);
}

/** The harvester does the same by itself, a little later. */
async function setSchedules(io: Io, resources: Resources, db: Db): Promise<void> {
  const schedules = await keepSchedules(db, await resources.schedules(), resources.log);
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
  orFaults(
    'source add',
    faults.map(({ path, message }) => `${path.replace(/^sources\[0\]\.?/, '')}: ${message}`),
  );
  await using resources = openCommandResources(io);
  const db = await resources.db();
  orConflicts('source add', await conflictsOf(db, sources));
  const { source, action } = await applySource(db, sources[0]!);
  await setSchedules(io, resources, db);
  print(io, `${source.name}: ${action}`);
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

export async function removeSourceCommand(io: Io, name: string, flags: { yes?: boolean }): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, name);
  const { live, deleted } = await countRecords(db, source.id);
  if (live + deleted > 0 && !flags.yes)
    throw new UsageError(`${count(live + deleted)} records of ${source.name} would be deleted; repeat with --yes to confirm`);
  await dropSource(
    db,
    await resources.search(),
    source,
    (records) => records % 10_000 === 0 && say(io, `${count(records)} records removed`),
    io.signal,
  );
  await keepSchedules(db, await resources.schedules(), resources.log);
  say(io, `${source.name} and ${count(live + deleted)} records were deleted`);
  return exit.done;
}
