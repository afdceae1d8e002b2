import { planRepair, runHarvest, existingSource, findRepair } from '@thresher/pipeline';
import { type ExitCode, type Io, UsageError, count, exit, print, printJson, say } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import { report } from './result.ts';
import { harvestSource, type HarvestFlags } from './session.ts';

/** Walks the windows that came short or failed in the last run of a source again, and nothing else. */
export async function repair(io: Io, nameOrUrl: string, flags: HarvestFlags & { readonly dryRun?: boolean }): Promise<ExitCode> {
  const other = flags.set ?? flags.metadataPrefix ?? flags.from ?? flags.until ?? flags.limit ?? flags.restart;
  if (other !== undefined)
    throw new UsageError(
      '--only-short walks windows of the last run as they are: no --set, --metadata-prefix, --from, --until, --limit or --restart',
    );
  if (flags.dryRun) return dryRepair(io, nameOrUrl, flags.json === true);
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    const plan = await planRepair(deps.db, source);
    if (plan === null) return () => sayNothingShort(io, source.name);
    const { rate, concurrency } = plan.request;
    const request = { ...plan.request, rate: flags.rate ?? rate, concurrency: flags.concurrency ?? concurrency };
    const result = await runHarvest(deps, source, request, show, io.signal);
    return () => report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}

/** Prints which windows would be walked again. Sends no request and changes nothing. */
async function dryRepair(io: Io, nameOrUrl: string, json: boolean): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.db();
  const source = await existingSource(db, nameOrUrl);
  const found = await findRepair(db, source);
  const windows = found?.windows ?? [];
  const declared = windows.reduce((sum, window) => sum + (window.declared ?? 0), 0);
  if (json) printJson(io, { source: source.name, run: found?.run.id ?? null, windows: windows.length, declared });
  else if (found === null) return sayNothingShort(io, source.name);
  else
    print(
      io,
      `${source.name}, run ${found.run.id}: ${count(windows.length)} windows would be walked again, in which the server declared ${count(declared)} records; thresher coverage ${source.name} --short lists them`,
    );
  return exit.done;
}

function sayNothingShort(io: Io, name: string): ExitCode {
  say(io, `nothing of the last run of ${name} is short`);
  return exit.done;
}
