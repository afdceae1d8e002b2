import { readConfig } from '@thresher/runtime';
import { Option } from 'commander';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CommandRegistry, exampleLines, jsonOption, positive, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { sqlFormats, type SqlFormat } from '../sql/format.ts';
import { interact } from '../sql/interactive.ts';
import { runStatement } from '../sql/run.ts';

/** `thresher sql` */
export function addSqlCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('sql [query]')
    .description(
      String.raw`ask the database; without a query, one after the other on a terminal. \d lists tables and views, \d NAME explains one`,
    )
    .addOption(new Option('--format <format>', 'how to print rows').choices(sqlFormats).default('table'))
    .option('--csv', 'as --format csv')
    .addOption(jsonOption())
    .addOption(new Option('--timeout <seconds>', 'end a query that takes longer').argParser(positive).default(60))
    .addOption(
      new Option('--max-rows <n>', 'end a query that gives more rows; 0: no limit')
        .argParser((given) => (given === '0' ? 0 : wholeNumber(given)))
        .default(1_000_000),
    )
    .addHelpText(
      'after',
      exampleLines(
        'sql "select count(*) from record where not deleted"',
        String.raw`sql '\d analytics.concept'`,
        'sql --csv "select * from analytics.community" > communities.csv',
        'sql --json < query.sql',
      ),
    )
    .action((query: string | undefined, flags: SqlFlags) => then(sql(io, query, flags)));
}

interface SqlFlags {
  readonly format: SqlFormat;
  readonly csv?: boolean;
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout: number;
  /** 0: no limit. */
  readonly maxRows: number;
}

/** Runs SQL: one query, what arrives on standard input, or interactively on a terminal. Read-only. */
export async function sql(io: Io, query: string | undefined, flags: SqlFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.readDb();
  const format = flags.csv ? 'csv' : flags.json ? 'json' : flags.format;
  const settings = { format, timeoutMs: flags.timeout * 1_000, maxRows: flags.maxRows === 0 ? Infinity : flags.maxRows } as const;
  if (query === undefined && io.stdin?.isTTY) {
    const { home } = readConfig(io.env, ['home']);
    await interact(io, db, io.stdin, join(home.path, 'sql_history'), settings);
    return exit.done;
  }
  const given = (query ?? (io.stdin === undefined ? '' : await text(io.stdin))).trim().replace(/;\s*$/, '');
  if (given === '') throw new UsageError('there is no query: thresher sql "select …", or on a terminal thresher sql alone');
  await runStatement(io, db, given, settings, io.signal);
  return exit.done;
}
