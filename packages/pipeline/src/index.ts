export { enrich, type EnrichCounts, type EnrichDeps, type EnrichWish, usualAgeSeconds } from './enrich.ts';
export { finishWindows } from './finish.ts';
export { coveredUntil, incrementalRequest, type IncrementalWish, NoCompleteRunError } from './incremental.ts';
export { createPacer, HostBlockedError, type Pacer } from './pacer.ts';
export { createPageQueue, type PageQueue } from './queue.ts';
export type { QueueOptions } from './queue-backend.ts';
export { type CheckFault, checkSource, type SourceCheck } from './check-source.ts';
export { type CheckOutcome, checkSuspects, type CheckWish } from './check-suspects.ts';
export { requestOfRun } from './request-of-run.ts';
export { reindex } from './reindex.ts';
export { beginRun, everything, type HarvestRequest, type HarvestResult, OtherRunError, runHarvest } from './run-harvest.ts';
export { dryReplay, type DryReplayResult, replay, type ReplayDeps, type ReplayProgress, type ReplayResult } from './replay.ts';
export type { FieldChanges, FieldExample } from './replay-differences.ts';
export { type Checksum, DumpChecksumError, DumpUnreadableError, openDumpFile, parseChecksum } from './dump-bytes.ts';
export { applyDeletedRecords } from './deleted-records.ts';
export { type DumpLimits, type DumpRequest, dumpRequestOf, DumpTakenError, importDump } from './import-dump.ts';
export { findRepair, lastListRun, NotRepairableError, planRepair, type Repair } from './repair.ts';
export { type HarvestPlan, type PlanDeps, planHarvest } from './plan.ts';
export { OtherSourceError, type ProbeDeps, type Probed, probeRepository, saveProfile } from './probe.ts';
export {
  existingSource,
  type KnownSource,
  knownSource,
  presets,
  resolveSource,
  settingsOf,
  type SourceSettings,
  UnknownSourceError,
} from './sources.ts';
export { startHarvester } from './start-harvester.ts';
export { startTransformer } from './start-transformer.ts';
export { keepSendingWebhooks, sendWebhooks, type WebhookDeps, type WebhookRound } from './send-webhooks.ts';
export { newSecret } from './webhook-message.ts';
export { type AppliedWebhook, applyWebhook, webhookConflicts } from './apply-webhooks.ts';
export type { WebhookEntry } from './webhook-list.ts';
export { sweep } from './sweep.ts';
export { membershipIsDue, type SyncResult, syncSource, type SyncWish } from './sync.ts';
export type { HarvestDeps, Progress } from './tend.ts';
export type { MembershipOutcome } from './membership.ts';
export { announcesNothing, judgeAbsence, type VanishedOutcome } from './vanished.ts';
export { DocumentsRefusedError, indexRecords, type SearchTarget, sendUnindexed } from './index-records.ts';
export { createTransformer, pagesTaken, type TransformDeps, transformPages } from './transform.ts';
export { startTransforming, type TransformWorkers, usualWorkers } from './transform-workers.ts';
export { NotReadyError, openWorkshop, version, type Workshop } from './workshop.ts';
export { HarvestStoppedError } from './walk-window.ts';
export { type AppliedSource, applySource, settingsFrom, type SourceConflict, sourceConflicts } from './apply-sources.ts';
export { dropSource } from './drop-source.ts';
export { keepSchedules } from './keep-schedules.ts';
export { isMissed, nextTick, type Schedule, scheduleFault, type ScheduleKind, scheduleKinds, type Schedules } from './schedule.ts';
export { createScheduleQueue, type KeptScheduler, type ScheduleQueue, type Tick } from './schedule-queue.ts';
export { onTick, type TickOutcome } from './on-tick.ts';
export { parseDuration, readSourceList, type SourceEntry, type SourceFault, type SourceList } from './source-list.ts';
