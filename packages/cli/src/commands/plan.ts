import { openHostRateLimit, knownSource, planHarvest, type HarvestPlan } from '@thresher/pipeline';
import { redactUrl } from '@thresher/runtime';
import { Option } from 'commander';
import { collect, type CommandRegistry, exampleLines, type Flags, jsonOption, positive, wholeNumber } from '../command-options.ts';
import { type DumpChoice, planDump } from '../harvesting/dump-plan.ts';
import { type HarvestFlags, requestOf } from '../harvesting/session.ts';
import { exit, type ExitCode, type Io, printJson, UsageError, count, duration, print, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher plan` */
export function addPlanCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('plan <source>')
    .description('estimate a harvest: records, windows, requests, hours; sends at most three requests')
    .option('--from-dump [file]', 'estimate a dump instead: size, hours and disk; without a file, the newest that the source offers')
    .addOption(new Option('--dump-format <format>', 'which dump of the exporter').choices(['json', 'xml']))
    .option('--community <slug>', "the exporter's dump of one community")
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--from <date>', 'only records changed since: 2024-05-01, 2024-05-01T12:00:00Z, or 7d')
    .option('--until <date>', 'only records changed until; a day means its end')
    .addOption(new Option('--concurrency <n>', 'maximum number of lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'plan zenodo',
        'plan zenodo --set user-biosyslit --json',
        'plan https://example.org/oai -p oai_dc --rate 60',
        'plan zenodo --from-dump',
      ),
    )
    .action((source: string, flags: Flags<typeof plan>) => then(plan(io, source, flags)));
}

/** Prints the estimate of a harvest, after at most three requests. Works without a database. */
export async function plan(
  io: Io,
  nameOrUrl: string,
  flags: Omit<HarvestFlags, 'workers'> & DumpChoice & { readonly fromDump?: string | true; readonly keep?: string },
): Promise<ExitCode> {
  if (flags.incremental)
    throw new UsageError('--dry-run does not go with --incremental: thresher plan SOURCE --from DATE says what changed since then');
  if (flags.fromDump !== undefined) return planDump(io, nameOrUrl, { ...flags, fromDump: flags.fromDump });
  await using resources = openCommandResources(io);
  const db = (io.env['DATABASE_URL'] ?? '') === '' ? null : await resources.db();
  const source = await knownSource(db, nameOrUrl);
  const request = requestOf({ metadata_prefix: source.metadataPrefix, set_specs: [...source.setSpecs] }, flags);
  const { ratePerMinute = null } = source.settings;
  const hostRateLimit = db === null ? null : await openHostRateLimit(db, new URL(source.baseURL).host, ratePerMinute, false, true);
  const found = await planHarvest({ client: resources.client(source.baseURL), hostRateLimit }, request, source.settings, io.signal);
  if (flags.json) printJson(io, { source: source.name, ...found });
  else printPlan(io, source.name, found);
  return exit.done;
}

const second = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

function printPlan(io: Io, name: string, found: HarvestPlan): void {
  const width = 2 + Math.max(11, ...found.lists.map(({ set }) => set?.length ?? 0));
  const line = (label: string, value: string | null) => print(io, `  ${label.padEnd(width)}${value ?? 'unknown'}`);
  const number = (value: number | null, unit: string) => (value === null ? null : `${count(value)} ${unit}`);
  const about = (value: number | null) => (value === null ? null : `about ${count(value)}`);
  print(
    io,
    `${name}: ${found.repositoryName ?? redactUrl(found.baseURL)}, ${found.metadataPrefix}, ${found.from === null ? '' : `from ${second(found.from)} `}until ${second(found.until)}`,
  );
  for (const { set, declared } of found.lists)
    if (set !== null) line(set, declared === null ? 'the server does not say how many records' : `${count(declared)} records`);
  line('records', number(found.records, 'declared'));
  line('page size', number(found.pageSize, 'records'));
  line('windows', about(found.windows));
  line('requests', about(found.requests));
  line('download', found.bytes === null ? null : `${count(Math.ceil(found.bytes / 1_000_000))} MB, as it comes over the wire`);
  line(
    'pace',
    found.perMinute === null
      ? `no limit known, ${found.concurrency} lists at a time, ${count(found.latencyMs ?? 0)} ms per request`
      : `${count(found.perMinute)} requests per minute`,
  );
  line('takes', found.seconds === null ? null : `about ${duration(found.seconds)}`);
  line('ends', found.endsAt === null ? null : `about ${second(found.endsAt)}`);
  if (found.unasked.length > 0) say(io, `not asked about: ${found.unasked.join(', ')}`);
  else if (found.records === null) say(io, 'the server does not declare how many records there are, so there is no estimate');
}
