import { Option } from 'commander';
import { sql, type SqlFlags } from './commands/sql.ts';
import { type Desk, examples, json, positive } from './desk.ts';
import { sqlFormats } from './sql/format.ts';

/** The commands that hand out what is stored. */
export function addDataCommands({ io, program, then }: Desk): void {
  program
    .command('sql [query]')
    .description(String.raw`ask the database; without a query, one after the other on a terminal. \d lists tables and views, \d NAME explains one`)
    .addOption(new Option('--format <format>', 'how to print rows').choices(sqlFormats).default('table'))
    .option('--csv', 'as --format csv')
    .addOption(json())
    .addOption(new Option('--timeout <seconds>', 'end a query that takes longer').argParser(positive).default(60))
    .addHelpText('after', examples('sql "select count(*) from record where not deleted"', String.raw`sql '\d analytics.concept'`, 'sql --csv "select * from analytics.community" > communities.csv', 'sql --json < query.sql'))
    .action((query: string | undefined, flags: SqlFlags) => then(sql(io, query, flags)));
}
