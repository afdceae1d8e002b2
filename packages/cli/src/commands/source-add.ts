import { applySource, readSourceList, presets } from '@thresher/pipeline';
import { collect, type CommandRegistry, exampleLines } from '../command-options.ts';
import { exit, type ExitCode, type Io, print } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { throwFaults, conflictsOf, throwConflicts, applySchedules } from '../source-file.ts';

/** `thresher source add` */
export function addSourceAddCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('add <name> [baseURL]')
    .description('add a source, or change the one of that name; the known ones (zenodo, datacite, arxiv) need no URL')
    .option('-p, --metadata-prefix <prefix>', 'metadataPrefix to ask for')
    .option('--set <setSpec>', 'only this set; may be repeated', collect)
    .option('--rate <n>', 'maximum requests per minute: 30 or 30/min')
    .option('--overlap <time>', 'how far a sync reaches back before the last run: 2h')
    .option('--incremental <cron>', 'when to sync it: "17 * * * *"')
    .option('--full <cron>', 'when to harvest it fully: "0 3 1 * *"')
    .option('--enrich <cron>', 'when to fetch what OAI-PMH does not carry: "0 22 * * *"')
    .option('--time-zone <zone>', 'time zone of the schedules; UTC unless specified')
    .addHelpText(
      'after',
      exampleLines(
        'source add zenodo --set user-biosyslit --incremental "17 * * * *"',
        'source add mine https://example.org/oai -p oai_dc --full "0 3 * * 0" --time-zone Europe/Zurich',
      ),
    )
    .action((name: string, baseURL: string | undefined, flags: AddFlags) => then(addSource(io, name, baseURL, flags)));
}

interface AddFlags {
  readonly metadataPrefix?: string;
  readonly set?: string[];
  readonly rate?: string;
  readonly overlap?: string;
  readonly incremental?: string;
  readonly full?: string;
  readonly enrich?: string;
  readonly timeZone?: string;
}

/** Adds one source. The flags are checked like a file. */
async function addSource(io: Io, name: string, baseURL: string | undefined, flags: AddFlags): Promise<ExitCode> {
  // JSON is valid YAML.
  const { sources, faults } = readSourceList(JSON.stringify({ sources: [described(name, baseURL, flags)] }));
  throwFaults(
    'source add',
    faults.map(({ path, message }) => `${path.replace(/^sources\[0\]\.?/, '')}: ${message}`),
  );
  await using resources = openCommandResources(io);
  const db = await resources.db();
  throwConflicts('source add', await conflictsOf(db, sources));
  const { source, action } = await applySource(db, sources[0]!);
  await applySchedules(io, resources, db);
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
