import {
  type DumpFormat,
  type Resources,
  listDumps,
  type OfferedDump,
  chooseDump,
  estimateDump,
  knownSource,
  defaultWorkers,
  type DumpEstimate,
} from '@thresher/pipeline';
import type { Db } from '@thresher/store/database';
import { stat } from 'node:fs/promises';
import { type Io, exit, type ExitCode, printJson, UsageError, bytes, count, duration, print } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';

/** Which dump of those that a source offers. */
export interface DumpChoice {
  readonly dumpFormat?: DumpFormat;
  readonly community?: string;
}

/** The database if DATABASE_URL is set, else null. */
export const databaseIfSet = async (io: Io, resources: Resources): Promise<Db | null> =>
  (io.env['DATABASE_URL'] ?? '') === '' ? null : resources.db();

/** The dumps that the exporter of a source offers. */
export const offeredDumps = (
  resources: Pick<Resources, 'outbound'>,
  db: Db | null,
  baseURL: string,
  ratePerMinute: number | null,
  signal: AbortSignal,
): Promise<OfferedDump[]> => listDumps({ db, ...resources.outbound() }, { baseURL, ratePerMinute }, signal);

/** Prints the estimate of importing a dump: a file, or the newest dump that the source offers. */
export async function planDump(
  io: Io,
  nameOrUrl: string,
  flags: DumpChoice & { readonly fromDump: string | true; readonly keep?: string; readonly json?: boolean },
): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await databaseIfSet(io, resources);
  const source = await knownSource(db, nameOrUrl);
  const search = (io.env['ELASTICSEARCH_URL'] ?? '') !== '';
  const how = { cores: defaultWorkers(), isKept: flags.keep !== undefined, search };
  if (flags.fromDump !== true) {
    const { size, format } = await fileFacts(flags.fromDump, flags.dumpFormat);
    const estimate = estimateDump(size, format, { ...how, isHere: true });
    if (flags.json) printJson(io, { source: source.name, file: flags.fromDump, size, format, ...estimate });
    else printPlan(io, `${source.name}: ${flags.fromDump}`, size, estimate);
    return exit.done;
  }
  const offered = await offeredDumps(resources, db, source.baseURL, source.settings.ratePerMinute ?? null, io.signal);
  const dump = chooseDump(offered, wantedDump(flags));
  const estimate = estimateDump(dump.size, wantedDump(flags).format, { ...how, isHere: false });
  if (flags.json) printJson(io, { source: source.name, ...dump, ...estimate });
  else printPlan(io, `${source.name}: ${dump.key} of ${dump.created.toISOString().slice(0, 10)}`, dump.size, estimate);
  return exit.done;
}

export const wantedDump = ({ dumpFormat = 'json', community }: DumpChoice) => ({ format: dumpFormat, community: community ?? null });

async function fileFacts(file: string, given: DumpFormat | undefined): Promise<{ size: number; format: DumpFormat }> {
  if (/^https?:\/\//.test(file))
    throw new UsageError(
      'how much a URL holds shows only when it is read: leave the URL out to plan the newest dump of the source, or name a local file',
    );
  const format = given ?? (/\bxml\b/.test(file) ? 'xml' : 'json');
  try {
    return { size: (await stat(file)).size, format };
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function printPlan(io: Io, head: string, size: number, { download, records, seconds, disk }: DumpEstimate): void {
  const line = (label: string, value: string) => print(io, `  ${label.padEnd(15)}${value}`);
  print(io, head);
  line('size', `${bytes(size)}${download === 0 ? '' : ' to download, read as it comes'}`);
  line('records', `about ${count(records)}`);
  line('takes', `about ${duration(seconds)} on this machine, longer if the download is slower`);
  line('PostgreSQL', `about ${bytes(disk.postgres)}`);
  line('Elasticsearch', disk.elasticsearch === 0 ? 'none: there is no ELASTICSEARCH_URL' : `about ${bytes(disk.elasticsearch)}`);
  if (disk.kept > 0) line('--keep', bytes(disk.kept));
}

/** The estimate of a dump in one line, printed before it is downloaded. */
export function planSentence(dump: OfferedDump, estimate: DumpEstimate): string {
  const { postgres, elasticsearch, kept } = estimate.disk;
  return `${dump.key} of ${dump.created.toISOString().slice(0, 10)}: ${bytes(dump.size)} to download, about ${count(estimate.records)} records; about ${duration(estimate.seconds)} on this machine and ${bytes(postgres + elasticsearch + kept)} on disk`;
}
