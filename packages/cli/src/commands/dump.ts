import { resolve } from 'node:path';
import { userAgent } from '@thresher/oai';
import {
  applyDeletedRecords,
  dumpLimitsOf,
  type DumpRequest,
  importDump,
  incrementalRequest,
  parseChecksum,
  runHarvest,
  version,
} from '@thresher/pipeline';
import { readConfig, redactUrl } from '@thresher/runtime';
import { findRunningRun, lastDumpRun } from '@thresher/store';
import { readDate } from '../dates.ts';
import { count, exit, type ExitCode, type Io, printJson, say, UsageError } from '../io.ts';
import {
  type HarvestSession,
  dropUnfinished,
  exitOf,
  harvestSource,
  type HarvestFlags,
  printResult,
  resultJson,
  sayWhatIsMissing,
  incrementalOptionsOf,
} from './harvest.ts';

export interface DumpFlags extends HarvestFlags {
  readonly fromDump?: string;
  readonly checksum?: string;
  readonly deleted?: string;
  readonly dumpTime?: string;
  /** False with `--no-catch-up`. */
  readonly catchUp?: boolean;
}

/**
 * Fills a source from a bulk file, marks what a second file says was deleted, and catches up by OAI-PMH from the time
 * of the dump. Interrupted, the same command goes on with whichever of the three it was at.
 */
export async function harvestDump(io: Io, nameOrUrl: string, flags: DumpFlags): Promise<ExitCode> {
  const other = flags.set ?? flags.from ?? flags.until ?? flags.limit ?? flags.incremental;
  if (other !== undefined) throw new UsageError('--from-dump reads the whole file: no --set, --from, --until, --limit or --incremental');
  const request = requestOf(flags);
  const { contact, outbound } = readConfig(io.env, ['contact', 'outbound']);
  const sender = { userAgent: userAgent({ version, contact: contact.email ?? null }), allowed: outbound.allowed ?? [] };
  return harvestSource(io, nameOrUrl, flags, async (session) => {
    const { deps, source, show } = session;
    if (flags.restart) await dropUnfinished(deps.db, source);
    const dump = (await isThrough(session, request))
      ? null
      : await importDump(deps, source, request, sender, show, io.signal, dumpLimitsOf(io.env));
    const whole = dump === null || dump.state === 'complete';
    const deletions =
      whole && flags.deleted !== undefined ? await applyDeletedRecords(deps, source, locate(flags.deleted), sender, io.signal) : null;
    const catchUp =
      whole && flags.catchUp !== false
        ? await runHarvest(deps, source, await incrementalRequest(deps.db, source, incrementalOptionsOf(source, flags)), show, io.signal)
        : null;
    const results = [dump, catchUp].filter((result) => result !== null);
    return () => {
      if (flags.json)
        printJson(io, {
          source: source.name,
          baseURL: redactUrl(source.base_url),
          dump: dump && resultJson(source, dump, dump.seconds),
          deletions,
          catchUp: catchUp && resultJson(source, catchUp, catchUp.seconds),
        });
      for (const result of results) {
        if (!flags.json) printResult(io, source, result, result.seconds);
        sayWhatIsMissing(io, source, result);
      }
      if (deletions !== null)
        say(
          io,
          `${count(deletions.confirmed)} records were marked as deleted, ${count(deletions.deleted)} had been before, ${count(deletions.newer)} came back since, ${count(deletions.unknown)} are not stored`,
        );
      return results.map(exitOf).reduce((worst, code) => (code === exit.done ? worst : code), exit.done as ExitCode);
    };
  });
}

function requestOf(flags: DumpFlags): DumpRequest {
  const checksum = flags.checksum === undefined ? null : parseChecksum(flags.checksum);
  if (flags.checksum !== undefined && checksum === null)
    throw new UsageError(`${JSON.stringify(flags.checksum)} is no checksum: write md5:… or sha256:… with its hexadecimal digits`);
  const madeAt = flags.dumpTime === undefined ? null : readDate(flags.dumpTime, 'start', new Date());
  return { location: locate(flags.fromDump!), checksum, madeAt };
}

const locate = (fileOrUrl: string): string => (/^https?:\/\//.test(fileOrUrl) ? fileOrUrl : resolve(fileOrUrl));

/** This very file was read whole, and only the catching up behind it is not finished. */
async function isThrough({ deps, source }: HarvestSession, { location }: DumpRequest): Promise<boolean> {
  const [running, last] = [await findRunningRun(deps.db, source.id), await lastDumpRun(deps.db, source.id, location)];
  return running?.kind === 'incremental' && last?.state === 'complete' && last.id < running.id;
}
