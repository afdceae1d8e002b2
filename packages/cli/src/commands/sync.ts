import { incrementalRequest, runHarvest } from '@thresher/pipeline';
import type { ExitCode, Io } from '../io.ts';
import { dropUnfinished, harvestSource, report, wishOf } from './harvest.ts';

export interface SyncFlags {
  readonly set?: string[];
  readonly metadataPrefix?: string;
  readonly overlap?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly restart?: boolean;
  readonly workers: number;
  readonly json?: boolean;
}

/** Brings a source up to date, and says what came of it. */
export async function sync(io: Io, nameOrUrl: string, flags: SyncFlags): Promise<ExitCode> {
  return harvestSource(io, nameOrUrl, flags, async ({ deps, source, started, show }) => {
    if (flags.restart) await dropUnfinished(deps.db, source);
    const request = await incrementalRequest(deps.db, source, wishOf(source, flags));
    const result = await runHarvest(deps, source, request, show, io.signal);
    return () => report(io, source, result, (Date.now() - started) / 1_000, flags.json === true);
  });
}
