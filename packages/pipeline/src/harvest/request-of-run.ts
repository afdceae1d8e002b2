import type { Run } from '@thresher/store/harvest';
import type { HarvestRequest } from './run-harvest.ts';

/** The request that continues a run: the one that the run was made from. It starts no other run. */
export function requestOfRun(run: Run): HarvestRequest {
  const { rate = null, concurrency = null, limit = null, confirm = false } = run.options as Partial<HarvestRequest>;
  return {
    kind: run.kind,
    metadataPrefix: run.metadata_prefix,
    setSpecs: run.set_specs,
    from: run.from_datestamp,
    until: run.until_datestamp,
    rate,
    concurrency,
    limit,
    confirm,
    resume: run.id,
  };
}
