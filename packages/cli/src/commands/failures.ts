import { existingSource } from '@thresher/pipeline';
import {
  pageFailures,
  quarantinedFailures,
  readQuarantined,
  recordFailures,
  refusedDocuments,
  type Failures,
  type PageFailure,
  type QuarantinedFailure,
  type RecordFailure,
  type RefusedDocument,
} from '@thresher/store/harvest';
import { Option } from 'commander';
import { type CommandRegistry, exampleLines, type Flags, jsonOption, wholeNumber } from '../command-options.ts';
import { exit, type ExitCode, type Io, printJson, say, print, count, table } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** `thresher failures` */
export function addFailuresCommand({ io, program, then }: CommandRegistry): void {
  program
    .command('failures <source>')
    .description('records that could not be read, pages that could not be transformed, records that could not be mapped')
    .option('--raw <id>', 'print the bytes of a record in quarantine, by OAI identifier or by page and position')
    .addOption(new Option('--limit <n>', 'show at most n of each kind').argParser(wholeNumber).default(1_000))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      exampleLines(
        'failures zenodo',
        'failures zenodo --json',
        'failures zenodo --raw oai:zenodo.org:3949272',
        'failures zenodo --raw 1234/17',
      ),
    )
    .action((source: string, flags: Flags<typeof failures>) => then(failures(io, source, flags)));
}

interface FailureFlags {
  readonly raw?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Records that could not be read, pages that could not be transformed, records that could not be mapped. */
export async function failures(io: Io, nameOrUrl: string, flags: FailureFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  if (flags.raw !== undefined) return printRaw(io, source.name, flags.raw, await readQuarantined(db, source.id, flags.raw));
  const searchable = (io.env['ELASTICSEARCH_URL'] ?? '') !== '';
  const found = {
    quarantined: await quarantinedFailures(db, source.id, flags.limit),
    pages: await pageFailures(db, source.id, searchable, flags.limit),
    refused: await refusedDocuments(db, source.id, flags.limit),
    records: await recordFailures(db, source.id, flags.limit),
  };
  if (flags.json)
    printJson(io, {
      source: source.name,
      totals: totalsOf(found),
      quarantined: found.quarantined.shown,
      pages: found.pages.shown,
      refused: found.refused.shown,
      records: found.records.shown,
    });
  else printFailures(io, source.name, found);
  return exit.done;
}

interface FailuresOfSource {
  readonly quarantined: Failures<QuarantinedFailure>;
  readonly pages: Failures<PageFailure>;
  readonly refused: Failures<RefusedDocument>;
  readonly records: Failures<RecordFailure>;
}

const totalsOf = ({ quarantined, pages, refused, records }: FailuresOfSource) => ({
  quarantined: quarantined.total,
  pages: pages.total,
  refused: refused.total,
  records: records.total,
});

function printRaw(io: Io, source: string, id: string, bytes: Buffer | undefined): ExitCode {
  if (bytes === undefined) {
    say(io, `there is no ${id} in the quarantine of ${source}: thresher failures ${source} lists the records in it`);
    return exit.failed;
  }
  io.stdout.write(bytes);
  return exit.done;
}

function printFailures(io: Io, source: string, { quarantined, pages, refused, records }: FailuresOfSource): void {
  if (quarantined.total + pages.total + refused.total + records.total === 0) return void print(io, `nothing of ${source} failed`);
  section(io, 'records in quarantine', quarantined, ['id', 'identifier', 'run', 'bytes', 'reason'], (it) => [
    it.id,
    it.identifier,
    String(it.run),
    it.bytes,
    it.reason,
  ]);
  section(io, 'pages that were not transformed', pages, ['page', 'run', 'tries', 'records', 'failure'], (it) => [
    String(it.page),
    String(it.run),
    it.tries,
    it.identifiers.length,
    it.failure,
  ]);
  section(io, 'documents that Elasticsearch refused', refused, ['identifier', 'reason'], (it) => [it.identifier, it.reason]);
  section(io, 'issues of severity error', records, ['identifier', 'code', 'path', 'value'], (it) => [
    it.identifier,
    it.code,
    it.path,
    it.value?.slice(0, 60) ?? null,
  ]);
  if (quarantined.total > 0) say(io, `thresher failures ${source} --raw ID prints the bytes of a record`);
  if (pages.total > 0) say(io, `thresher replay ${source} --failed tries the pages again`);
}

function section<T>(
  io: Io,
  title: string,
  { total, shown }: Failures<T>,
  head: readonly string[],
  row: (failure: T) => (string | number | null)[],
): void {
  if (total === 0) return;
  print(io, `${count(total)} ${title}${shown.length < total ? `, the first ${count(shown.length)}` : ''}`);
  print(io, table(head, shown.map(row)));
}
