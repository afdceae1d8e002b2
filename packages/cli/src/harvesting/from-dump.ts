import { userAgent, type Outbound } from '@thresher/oai';
import {
  applyDeletedRecords,
  dumpLimitsOf,
  importDump,
  incrementalRequest,
  runHarvest,
  version,
  type DumpRequest,
  parseChecksum,
  chooseDump,
  dumpKey,
  dumpRequestOf,
  estimateDump,
  exporterUrlOf,
  listDumps,
  pathOfKey,
  settingsOf,
} from '@thresher/pipeline';
import { readConfig, redactUrl } from '@thresher/runtime';
import { findRunningRun, listRuns, lastDumpRun } from '@thresher/store/harvest';
import { resolve } from 'node:path';
import { readDate } from '../dates.ts';
import { count, exit, type ExitCode, type Io, printJson, say, UsageError } from '../io.ts';
import { type DumpChoice, planSentence, wantedDump } from './dump-plan.ts';
import { exitOf, printResult, resultJson, printWhatIsMissing } from './result.ts';
import { type HarvestFlags, dropRunningRun, harvestSource, incrementalOptionsOf, type HarvestSession } from './session.ts';

interface DumpFlags extends HarvestFlags, DumpChoice {
  /** A file or URL; true: the newest dump that the exporter of the source offers. */
  readonly fromDump?: string | true;
  readonly keep?: string;
  readonly checksum?: string;
  readonly deleted?: string;
  readonly dumpTime?: string;
  /** False with `--no-catch-up`. */
  readonly catchUp?: boolean;
}

/**
 * Fills a source from a bulk file, applies the list of deleted records, and catches up by OAI-PMH from the time of the dump. If
 * interrupted, the same command continues with the step it was at.
 */
export async function harvestDump(io: Io, nameOrUrl: string, flags: DumpFlags): Promise<ExitCode> {
  const other = flags.set ?? flags.from ?? flags.until ?? flags.limit ?? flags.incremental;
  if (other !== undefined) throw new UsageError('--from-dump reads the whole file: no --set, --from, --until, --limit or --incremental');
  const given = givenFile(flags);
  const { contact, outbound } = readConfig(io.env, ['contact', 'outbound']);
  const sender = { userAgent: userAgent({ version, contact: contact.email ?? null }), allowed: outbound.allowed ?? [] };
  return harvestSource(io, nameOrUrl, flags, async (session) => {
    const { deps, source, show } = session;
    if (flags.restart) await dropRunningRun(deps.db, source);
    const request = given ?? (await offeredRequest(io, session, sender, flags));
    const dump = (await isThrough(session, request))
      ? null
      : await importDump(deps, source, request, sender, show, io.signal, dumpLimitsOf(io.env));
    const whole = dump === null || dump.state === 'complete';
    const deletions =
      whole && flags.deleted !== undefined ? await applyDeletedRecords(deps, source, locate(flags.deleted), sender, io.signal) : null;
    const catchUp =
      whole && flags.catchUp !== false
        ? await runHarvest(
            deps,
            source,
            await incrementalRequest(deps.db, source, incrementalOptionsOf(source, catchUpFlags(flags))),
            show,
            io.signal,
          )
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
        printWhatIsMissing(io, source, result);
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

/** After the dump of one community, only its members are harvested. */
const catchUpFlags = (flags: DumpFlags): DumpFlags =>
  flags.community === undefined ? flags : { ...flags, set: [`user-${flags.community}`] };

const setsOf = ({ community }: DumpFlags): { setSpecs: readonly string[] } => ({
  setSpecs: community === undefined ? [] : [`user-${community}`],
});

/** What the flags state about the file apart from its location. */
function factsOf(flags: DumpFlags): Pick<DumpRequest, 'checksum' | 'madeAt' | 'setSpecs' | 'keep'> {
  const checksum = flags.checksum === undefined ? null : parseChecksum(flags.checksum);
  if (flags.checksum !== undefined && checksum === null)
    throw new UsageError(`${JSON.stringify(flags.checksum)} is not a checksum: write md5:… or sha256:… with its hexadecimal digits`);
  const madeAt = flags.dumpTime === undefined ? null : readDate(flags.dumpTime, 'start', new Date());
  return { checksum, madeAt, ...setsOf(flags), keep: flags.keep === undefined ? null : resolve(flags.keep) };
}

/** The request for the given file; null if none was given. */
function givenFile(flags: DumpFlags): DumpRequest | null {
  const facts = factsOf(flags);
  if (flags.fromDump === true || flags.fromDump === undefined) return null;
  if (flags.dumpFormat !== undefined)
    throw new UsageError('--dump-format chooses among the dumps of the exporter: leave it out, or the file');
  const location = locate(flags.fromDump);
  if (facts.keep !== null && location === resolve(flags.fromDump))
    throw new UsageError(`--keep stores a download, and ${flags.fromDump} is a local file: leave --keep out`);
  return { ...facts, location };
}

/** The dump that an unfinished run of the source reads or has read; else the newest that the exporter offers. */
async function offeredRequest(io: Io, { deps, source }: HarvestSession, sender: Outbound, flags: DumpFlags): Promise<DumpRequest> {
  const facts = factsOf(flags);
  const below = `${exporterUrlOf(source.base_url)}/${pathOfKey(dumpKey(wantedDump(flags)))}/`;
  const running = await findRunningRun(deps.db, source.id);
  const begun = running === undefined ? undefined : (await listRuns(deps.db, source.id, 10)).find(({ kind }) => kind === 'dump');
  if (begun !== undefined && dumpRequestOf(begun).location.startsWith(below)) {
    const { resume: _, ...request } = dumpRequestOf(begun);
    return { ...request, keep: facts.keep ?? request.keep ?? null };
  }
  const { ratePerMinute = null } = settingsOf(source);
  const dump = chooseDump(
    await listDumps({ db: deps.db, ...sender }, { baseURL: source.base_url, ratePerMinute }, io.signal),
    wantedDump(flags),
  );
  const how = { cores: flags.workers, isHere: false, isKept: facts.keep !== null, search: deps.search !== null };
  say(io, planSentence(dump, estimateDump(dump.size, wantedDump(flags).format, how)));
  return { ...facts, location: dump.url, checksum: facts.checksum ?? parseChecksum(dump.checksum) };
}

const locate = (fileOrUrl: string): string => (/^https?:\/\//.test(fileOrUrl) ? fileOrUrl : resolve(fileOrUrl));

/** Whether this file was read completely and only the catch-up is unfinished. */
async function isThrough({ deps, source }: HarvestSession, { location }: DumpRequest): Promise<boolean> {
  const [running, last] = [await findRunningRun(deps.db, source.id), await lastDumpRun(deps.db, source.id, location)];
  return running?.kind === 'incremental' && last?.state === 'complete' && last.id < running.id;
}
