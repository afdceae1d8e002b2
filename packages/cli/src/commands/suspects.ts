import { existingSource, untilIndexed } from '@thresher/pipeline';
import { confirmHeld, dismissSuspects, listSuspects, type Source, type Suspect } from '@thresher/store/harvest';
import { type CommandRegistry, exampleLines, jsonOption } from '../command-options.ts';
import { count, exit, type ExitCode, type Io, printJson, say, UsageError, print, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher suspects` */
export function addSuspectsCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('suspects <source>')
    .description('records that a source which announces no deletions has stopped listing')
    .option('--confirm', 'delete records held back because too many vanished at once')
    .option('--dismiss', 'dismiss these suspects')
    .addOption(jsonOption())
    .addHelpText('after', exampleLines('suspects zenodo', 'suspects zenodo --confirm'))
    .action((source: string, flags: SuspectsFlags) => then(suspects(io, source, flags)));
}

interface SuspectsFlags {
  readonly confirm?: boolean;
  readonly dismiss?: boolean;
  readonly json?: boolean;
}

/** Lists the records that a source seems to have lost, or confirms or dismisses those that are held back. */
export async function suspects(io: Io, nameOrUrl: string, flags: SuspectsFlags): Promise<ExitCode> {
  if (flags.confirm && flags.dismiss) throw new UsageError('--confirm and --dismiss exclude each other');
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const open = await listSuspects(db, source.id, { states: ['held', 'suspect'] });
  if (!flags.confirm && !flags.dismiss) return showSuspects(io, source, open, flags.json === true);
  if (flags.confirm && !open.some((suspect) => suspect.state === 'held'))
    throw new UsageError(
      `nothing of ${source.name} is held for a person; thresher check-suspects ${source.name} asks the source about its ${open.length} suspects`,
    );
  const settled = flags.confirm ? await confirmHeld(db, source.id) : await dismissSuspects(db, source.id);
  const search = await resources.search();
  await untilIndexed({ db, log: resources.log, search }, io.signal);
  if (flags.json) printJson(io, { source: source.name, [flags.confirm ? 'confirmed' : 'dismissed']: settled });
  else say(io, flags.confirm ? `${count(settled)} records deleted` : `${count(settled)} suspects dismissed`);
  return exit.done;
}

function showSuspects(io: Io, source: Source, open: readonly Suspect[], json: boolean): ExitCode {
  if (json) {
    printJson(io, { source: source.name, suspects: open });
    return exit.done;
  }
  if (open.length === 0) say(io, `${source.name} has no suspects`);
  else
    print(
      io,
      table(
        ['identifier', 'state', 'since', 'reason'],
        open.map((it) => [it.oai_identifier, it.state, it.found_at.toISOString().slice(0, 19), it.reason]),
      ),
    );
  return exit.done;
}
