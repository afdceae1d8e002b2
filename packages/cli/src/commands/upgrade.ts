import { type IndexPlan, planUpgrade, type UpgradePlan } from '@thresher/pipeline';
import type { PlannedMigration } from '@thresher/store/database';
import { type CommandRegistry, exampleLines, type Flags, jsonOption } from '../command-options.ts';
import { bytes, counted, duration, exit, type ExitCode, type Io, print, printJson, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher upgrade` */
export function addUpgradeCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('upgrade')
    .description(
      'say what an upgrade to this version will do: migrations, their locks and time, whether old processes may go on, whether a reindex is needed',
    )
    .option('--check', 'look, and change nothing: exits with 4 if something is to do, with 0 if not')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('upgrade --check', 'upgrade --check --json'))
    .action((flags: Flags<typeof upgrade>) => then(upgrade(io, flags)));
}

async function upgrade(io: Io, flags: { readonly check?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  if (!flags.check) throw new UsageError('say --check: an upgrade is done by thresher migrate and, if the check says so, thresher reindex');
  await using resources = openCommandResources(io);
  const plan = await planUpgrade({ env: io.env, db: resources.bareDb() });
  if (flags.json) printJson(io, plan);
  else for (const line of upgradeLines(plan)) print(io, line);
  return plan.isNeeded ? exit.upgrade : exit.done;
}

/** The plan for people. Pure. */
export function upgradeLines(plan: UpgradePlan): string[] {
  const { migrations, servers, index } = plan;
  return [
    ...servers.map(({ name, version, isSupported, needs, reason }) => {
      if (version === null) return `${name}: it does not answer (${reason}): see that it runs, and check again`;
      return `${name} ${version}${isSupported ? '' : `: too old, ${needs} is needed; upgrade it first`}`;
    }),
    ...(migrations.isNew ? ['the database is empty: thresher migrate prepares it'] : migrationLines(plan)),
    ...(index === null ? [] : [indexLine(index)]),
    ...(plan.isNeeded ? [] : ['nothing to do']),
  ];
}

function migrationLines({ migrations: { migrations, tables }, migrationSeconds, stops, sessions }: UpgradePlan): string[] {
  if (migrations.length === 0) return ['no migration is pending'];
  const sizeOf = (name: string): string => {
    const table = tables[name];
    return table === undefined ? name : `${name} (${counted(table.rows, 'row')}, ${bytes(table.bytes)})`;
  };
  const others = sessions.map(
    ({ application, address, connections }) => `${application} from ${address ?? 'this machine'}, ${connections}×`,
  );
  return [
    `${counted(migrations.length, 'migration')} in one transaction, about ${duration(migrationSeconds)} or less; thresher migrate applies them:`,
    ...migrations.flatMap((migration) => [`  ${migration.name}`, ...effectLines(migration, sizeOf)]),
    ...(stops.length === 0
      ? ['harvesters, transformers and APIs of the old version may go on during the migration; restart them with this version afterwards']
      : ['stop the harvesters and transformers of the old version before the migration:', ...stops.map((one) => `  ${one}`)]),
    ...(others.length === 0 ? [] : [`connected now: ${others.join('; ')}`]),
  ];
}

const EFFECTS: readonly (readonly [
  keyof Pick<PlannedMigration, 'locks' | 'blocksWrites' | 'rewrites' | 'indexes' | 'changesRows' | 'fills'>,
  string,
])[] = [
  ['locks', 'cannot be read or written until the end'],
  ['blocksWrites', 'can be read, but not written until the end'],
  ['rewrites', 'is written again'],
  ['indexes', 'gets an index'],
  ['changesRows', 'has rows changed'],
  ['fills', 'is made from the records'],
];

function effectLines(migration: PlannedMigration, sizeOf: (name: string) => string): string[] {
  const lines = EFFECTS.filter(([kind]) => migration[kind].length > 0).map(
    ([kind, text]) => `    ${text}: ${migration[kind].map(sizeOf).join(', ')}`,
  );
  return lines.length > 0 ? lines : ['    touches no table that is there'];
}

function indexLine({ mappingVersion, wanted, records, reindex, seconds }: IndexPlan): string {
  if (mappingVersion === null) return 'no search index is there yet: the first process that starts makes and fills it';
  if (mappingVersion > wanted)
    return `the search index has mapping ${mappingVersion}, newer than ${wanted} of this version: it is used as it is`;
  if (!reindex) return `the search index has mapping ${wanted}, as this version wants it`;
  return `the search index has mapping ${mappingVersion}, this version wants ${wanted}: run thresher reindex once its processes run, about ${duration(seconds)} or less for ${counted(records, 'record')}; searches and harvests go on meanwhile`;
}
