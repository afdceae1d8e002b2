import { version } from '@thresher/pipeline';
import { Command, CommanderError } from 'commander';
import type { CommandRegistry } from './command-options.ts';
import { addBackupCommand } from './commands/backup.ts';
import { addCheckSuspectsCommand } from './commands/check-suspects.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompleteCommand, addCompletionCommand } from './commands/completion.ts';
import { addCoverageCommand } from './commands/coverage.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDumpsCommand } from './commands/dumps.ts';
import { addEnrichCommand } from './commands/enrich.ts';
import { addExportCommand } from './commands/export.ts';
import { addFailuresCommand } from './commands/failures.ts';
import { addGetRecordCommand } from './commands/get-record.ts';
import { addHarvestCommand } from './commands/harvest.ts';
import { addIdentifyCommand } from './commands/identify.ts';
import { addListFormatsCommand } from './commands/list-formats.ts';
import { addListSetsCommand } from './commands/list-sets.ts';
import { addManCommand } from './commands/man.ts';
import { addMcpCommand } from './commands/mcp.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addProbeCommand } from './commands/probe.ts';
import { addPruneCommand } from './commands/prune.ts';
import { addReindexCommand } from './commands/reindex.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addSearchCommand } from './commands/search.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSourceAddCommand } from './commands/source-add.ts';
import { addSourceApplyCommand } from './commands/source-apply.ts';
import { addSourceCancelCommand } from './commands/source-cancel.ts';
import { addSourceListCommand } from './commands/source-list.ts';
import { addSourcePauseCommand } from './commands/source-pause.ts';
import { addSourceRenameCommand } from './commands/source-rename.ts';
import { addSourceRemoveCommand } from './commands/source-remove.ts';
import { addSourceResumeCommand } from './commands/source-resume.ts';
import { addSqlCommand } from './commands/sql.ts';
import { addStatusCommand } from './commands/status.ts';
import { addSuspectsCommand } from './commands/suspects.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addUpgradeCommand } from './commands/upgrade.ts';
import { addWebhookAddCommand } from './commands/webhook-add.ts';
import { addWebhookDeliverCommand } from './commands/webhook-deliver.ts';
import { addWebhookListCommand } from './commands/webhook-list.ts';
import { addWebhookLogCommand } from './commands/webhook-log.ts';
import { addWebhookRemoveCommand } from './commands/webhook-remove.ts';
import { addWebhookRetryCommand } from './commands/webhook-retry.ts';
import { addWorkCommand } from './commands/work.ts';
import { errorMessageFor } from './error-message.ts';
import { exit, type ExitCode, type Io, say } from './io.ts';

/**
 * Runs a command line (without the program's name) and returns its exit code. Results go to `io.stdout`, diagnostics to `io.stderr`.
 * No error leaves this function: each becomes a message.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exit.done;
  const program = createProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    if (io.signal.aborted) {
      say(io, 'interrupted; the same command continues from here');
      return exit.interrupted;
    }
    const sentence = errorMessageFor(error);
    say(io, `thresher: ${sentence.text}`);
    if (sentence.unforeseen && error instanceof Error && error.stack !== undefined) say(io, error.stack);
    return sentence.code;
  }
}

function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('thresher')
    .description('Harvests a whole OAI-PMH repository, keeps it current, and serves it as SQL, search and an API.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExit codes: 0 done and complete, 1 failed, 2 wrong usage, 3 incomplete or with quarantined records, 4 an upgrade has something to do, 130 interrupted.',
    );
  const registry: CommandRegistry = { io, program, then: (result) => result.then(finish) };
  const describe = (): Command => {
    const described = new Command(program.name());
    addCommands({ ...registry, program: described }, describe);
    return described;
  };
  addCommands(registry, describe);
  addCompleteCommand(registry, describe);
  return program;
}

/** In the groups and the order of `--help` and the man page; `describe` makes a program with the same commands. */
function addCommands(registry: CommandRegistry, describe: () => Command): void {
  const { program } = registry;
  program.commandsGroup('Harvest:');
  addHarvestCommand(registry);
  addSyncCommand(registry);
  addPlanCommand(registry);
  addEnrichCommand(registry);
  addSourceCommands(registry);
  addStatusCommand(registry);
  program.commandsGroup('Check and repair:');
  addCheckCommand(registry);
  addCoverageCommand(registry);
  addFailuresCommand(registry);
  addSuspectsCommand(registry);
  addCheckSuspectsCommand(registry);
  addReplayCommand(registry);
  addReindexCommand(registry);
  addPruneCommand(registry);
  program.commandsGroup('Query and export:');
  addSearchCommand(registry);
  addGetRecordCommand(registry);
  addSqlCommand(registry);
  addExportCommand(registry);
  program.commandsGroup('Serve and notify:');
  addServeCommand(registry);
  addMcpCommand(registry);
  addWorkCommand(registry);
  addWebhookCommands(registry);
  program.commandsGroup('Look at a repository:');
  addIdentifyCommand(registry);
  addListSetsCommand(registry);
  addListFormatsCommand(registry);
  addProbeCommand(registry);
  addDumpsCommand(registry);
  program.commandsGroup('Operate:');
  addMigrateCommand(registry);
  addUpgradeCommand(registry);
  addBackupCommand(registry);
  addDoctorCommand(registry);
  program.commandsGroup('This command:').helpCommand('help [command]', 'display help for command');
  addManCommand(registry);
  addCompletionCommand(registry, describe);
}

/** `thresher source …` */
function addSourceCommands(registry: CommandRegistry): void {
  const group = { ...registry, program: registry.program.command('source').description('the repositories that are harvested, and when') };
  addSourceListCommand(group);
  addSourceAddCommand(group);
  addSourceApplyCommand(group);
  addSourcePauseCommand(group);
  addSourceResumeCommand(group);
  addSourceCancelCommand(group);
  addSourceRenameCommand(group);
  addSourceRemoveCommand(group);
}

/** `thresher webhook …` */
function addWebhookCommands(registry: CommandRegistry): void {
  const group = {
    ...registry,
    program: registry.program.command('webhook').description('notify URLs of changes with signed messages (standardwebhooks.com)'),
  };
  addWebhookAddCommand(group);
  addWebhookListCommand(group);
  addWebhookLogCommand(group);
  addWebhookRetryCommand(group);
  addWebhookRemoveCommand(group);
  addWebhookDeliverCommand(group);
}
