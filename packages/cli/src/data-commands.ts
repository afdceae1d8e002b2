import { Argument, Option } from 'commander';
import { type ExportFlags, exportRecords } from './commands/export.ts';
import { prune } from './commands/prune.ts';
import { sql, type SqlFlags } from './commands/sql.ts';
import { type CommandRegistry, examples, type Flags, json, positive, wholeNumber } from './command-options.ts';
import { compressions, type ExportFormat, exportFormats } from './export/write-part.ts';
import { sqlFormats } from './sql/format.ts';

/** The commands that hand out what is stored. */
export function addDataCommands({ io, program, then }: CommandRegistry): void {
  program
    .command('sql [query]')
    .description(
      String.raw`ask the database; without a query, one after the other on a terminal. \d lists tables and views, \d NAME explains one`,
    )
    .addOption(new Option('--format <format>', 'how to print rows').choices(sqlFormats).default('table'))
    .option('--csv', 'as --format csv')
    .addOption(json())
    .addOption(new Option('--timeout <seconds>', 'end a query that takes longer').argParser(positive).default(60))
    .addOption(
      new Option('--max-rows <n>', 'end a query that gives more rows; 0: no limit')
        .argParser((text) => (text === '0' ? 0 : wholeNumber(text)))
        .default(1_000_000),
    )
    .addHelpText(
      'after',
      examples(
        'sql "select count(*) from record where not deleted"',
        String.raw`sql '\d analytics.concept'`,
        'sql --csv "select * from analytics.community" > communities.csv',
        'sql --json < query.sql',
      ),
    )
    .action((query: string | undefined, flags: SqlFlags) => then(sql(io, query, flags)));
  program
    .command('export')
    .description('write records, or the result of a query, into a folder with a manifest; continues an interrupted export')
    .addArgument(new Argument('<format>', 'what to write').choices(exportFormats))
    .option('--out <folder>', 'folder to write into', 'export')
    .option('--query <query>', 'only the result of this query: SQL if it begins with select, with, values or table, otherwise a search')
    .option('--all-versions', 'every version of the records found, not only the latest')
    .addOption(new Option('--compression <kind>', 'default: zstd for Parquet, gzip for the others').choices(compressions))
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'export parquet',
        `export jsonl --compression zstd --out climate --query 'title:climate AND publication_date:[2024-01-01 TO *]'`,
        'export csv --out funders --query "select * from analytics.funding"',
      ),
    )
    .action((format: ExportFormat, flags: ExportFlags) => then(exportRecords(io, format, flags)));
  program
    .command('prune')
    .description('delete the bytes of pages that a later complete run has fetched again')
    .option('--dry-run', 'only report what would be deleted')
    .addOption(json())
    .addHelpText('after', examples('prune --dry-run', 'prune'))
    .action((flags: Flags<typeof prune>) => then(prune(io, flags)));
}
