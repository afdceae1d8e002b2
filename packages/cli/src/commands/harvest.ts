import { incrementalRequest, runHarvest, beginRun, resolveOrAdd } from '@thresher/pipeline';
import { Option } from 'commander';
import { collect, type CommandRegistry, exampleLines, jsonOption, positive, wholeNumber, workersOption } from '../command-options.ts';
import { harvestDump } from '../harvesting/from-dump.ts';
import { repair } from '../harvesting/only-short.ts';
import { report } from '../harvesting/result.ts';
import {
  type HarvestFlags,
  harvestSource,
  dropRunningRun,
  requestOf,
  incrementalOptionsOf,
  keepingSource,
  mustNotBePaused,
} from '../harvesting/session.ts';
import { UsageError, type ExitCode, type Io, exit, print, printJson } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { plan } from './plan.ts';

/** `thresher harvest` */
export function addHarvestCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('harvest <source>')
    .description('harvest a repository until its last record is searchable; continues an interrupted run')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--from <date>', 'only records changed since: 2024-05-01, 2024-05-01T12:00:00Z, or 7d')
    .option('--until <date>', 'only records changed until; a day means its end')
    .option('--incremental', 'only changes since the last complete run, as thresher sync')
    .addOption(new Option('--concurrency <n>', 'maximum number of lists walked at a time').argParser(wholeNumber))
    .addOption(new Option('--rate <n>', 'maximum requests per minute').argParser(positive))
    .addOption(new Option('--limit <n>', 'stop after about this many records').argParser(wholeNumber))
    .option('--restart', 'drop an unfinished run and begin a new one')
    .option('--detach', 'create the run and leave it to a harvester process')
    .option('--dry-run', 'harvest nothing: print the estimate of thresher plan; with --only-short, what would be walked again')
    .option('--only-short', 'walk only windows that came short or failed in the last run')
    .option(
      '--from-dump [file]',
      "begin with a bulk file or its URL, then catch up; without a file, the newest dump that the source's exporter offers",
    )
    .addOption(
      new Option('--dump-format <format>', 'which dump of the exporter: json brings files, statistics and more').choices(['json', 'xml']),
    )
    .option('--community <slug>', "the exporter's dump of one community only; with a file, what is in it")
    .option('--keep <file>', 'store the download there while it is read')
    .option('--checksum <algorithm:hex>', 'checksum of the dump: md5:…, sha256:…')
    .option('--deleted <file>', 'list of deleted records or its URL (records-deleted.csv.gz), applied after the dump')
    .option('--dump-time <date>', 'instant that the dump shows, if the file does not state it')
    .option('--no-catch-up', 'stop after the dump')
    .addOption(workersOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'harvest zenodo --set user-biosyslit',
        'harvest https://zenodo.org/oai2d --from 7d',
        'harvest https://example.org/oai -p oai_dc --rate 60',
        'harvest zenodo --from-dump',
        'harvest zenodo --from-dump --community biosyslit --keep biosyslit.tar.gz',
        'harvest zenodo --from-dump records-xml.tar.gz --checksum md5:… --deleted records-deleted.csv.gz',
      ),
    )
    .action((source: string, flags: HarvestFlags & Ways) => then(wayOf(flags)(io, source, flags)));
}

/** Flags of `harvest` that select another kind of harvest. */
interface Ways {
  readonly onlyShort?: boolean;
  readonly dryRun?: boolean;
  readonly fromDump?: string | true;
}

/** Flags that are valid only with `--from-dump`. */
const ofDumps = {
  dumpFormat: '--dump-format',
  community: '--community',
  keep: '--keep',
  deleted: '--deleted',
  dumpTime: '--dump-time',
} as const;

function wayOf(flags: Ways & Partial<Record<keyof typeof ofDumps, string>>): typeof harvest {
  const astray = Object.entries(ofDumps).find(([name]) => flags[name as keyof typeof ofDumps] !== undefined);
  if (flags.fromDump === undefined && astray !== undefined)
    throw new UsageError(`${astray[1]} belongs to --from-dump: add that${astray[0] === 'community' ? ', or say --set user-SLUG' : ''}`);
  return flags.onlyShort ? repair : flags.dryRun ? plan : flags.fromDump !== undefined ? harvestDump : harvest;
}

/** Harvests a source until the last record is searchable, and prints the result. */
export async function harvest(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  if (flags.detach) return leaveToHarvester(io, nameOrUrl, flags);
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    if (flags.restart) await dropRunningRun(deps.db, source);
    const request = flags.incremental
      ? await incrementalRequest(deps.db, source, incrementalOptionsOf(source, flags))
      : requestOf(source, flags);
    const result = await runHarvest(deps, source, request, show, io.signal);
    return () => report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}

/** Creates the run and leaves it to a harvester process. */
async function leaveToHarvester(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const resolved = await resolveOrAdd(db, nameOrUrl, flags.metadataPrefix);
  const { source } = resolved;
  const run = await keepingSource(db, resolved, async () => {
    mustNotBePaused(source);
    if (flags.restart) await dropRunningRun(db, source);
    const request = flags.incremental
      ? await incrementalRequest(db, source, incrementalOptionsOf(source, flags))
      : requestOf(source, flags);
    return beginRun({ db, client: resources.client(source.base_url), log: resources.log, liftBlock: true }, source, request, io.signal);
  });
  if (flags.json) printJson(io, { source: source.name, run: run.id, state: run.state });
  else
    print(
      io,
      `${source.name}, run ${run.id}: left to a harvester process (docker compose and npm start run one); thresher status follows it`,
    );
  return exit.done;
}
