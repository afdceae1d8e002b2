export { finishWindows } from './finish.ts';
export { coveredUntil, incrementalRequest, type IncrementalWish, NoCompleteRunError } from './incremental.ts';
export { HostBlockedError } from './pacer.ts';
export { createPageQueue, type PageQueue, type QueueOptions } from './queue.ts';
export { reindex } from './reindex.ts';
export {
  everything,
  type HarvestDeps,
  type HarvestRequest,
  type HarvestResult,
  OtherRunError,
  type Progress,
  runHarvest,
} from './run-harvest.ts';
export { NotRepairableError, planRepair, type Repair } from './repair.ts';
export { existingSource, presets, resolveSource, settingsOf, type SourceSettings, UnknownSourceError } from './sources.ts';
export { requestOfRun, startHarvester, startTransformer } from './start.ts';
export { sweep } from './sweep.ts';
export { DocumentsRefusedError, indexRecords, type SearchTarget, type TransformDeps, transformPage } from './transform.ts';
export { NotReadyError, openWorkshop, version, type Workshop } from './workshop.ts';
export { HarvestStoppedError } from './walk-window.ts';
