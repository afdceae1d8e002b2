import { planRepair, runHarvest } from '@thresher/pipeline';
import { exit, type ExitCode, type Io, say, UsageError } from '../io.ts';
import { harvestSource, type HarvestFlags, report } from './harvest.ts';

/** Walks the windows that came short or failed in the last run of a source again, and nothing else. */
export async function repair(io: Io, nameOrUrl: string, flags: HarvestFlags): Promise<ExitCode> {
  const other = flags.set ?? flags.metadataPrefix ?? flags.from ?? flags.until ?? flags.limit ?? flags.restart;
  if (other !== undefined)
    throw new UsageError(
      '--only-short walks windows of the last run as they are: no --set, --metadata-prefix, --from, --until, --limit or --restart',
    );
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    const plan = await planRepair(deps.db, source);
    if (plan === null)
      return () => {
        say(io, `nothing of the last run of ${source.name} is short`);
        return exit.done;
      };
    const { rate, concurrency } = plan.request;
    const request = { ...plan.request, rate: flags.rate ?? rate, concurrency: flags.concurrency ?? concurrency };
    const result = await runHarvest(deps, source, request, show, io.signal);
    return () => report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}
