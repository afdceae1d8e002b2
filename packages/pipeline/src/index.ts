export { diagnose } from './doctor/diagnose.ts';
export type { Finding } from './doctor/finding.ts';
export { type IndexPlan, planUpgrade, type ServerVersion, type UpgradePlan } from './doctor/plan-upgrade.ts';
export { enrich, type EnrichCounts, type EnrichDeps, type EnrichOptions, defaultAgeSeconds } from './enrich/enrich.ts';
export { completeRuns } from './harvest/complete-runs.ts';
export { closeWindows } from './harvest/close-windows.ts';
export { incrementalRequest, type IncrementalOptions, NoCompleteRunError } from './harvest/incremental.ts';
export { openHostRateLimit, HostBlockedError, type HostRateLimit } from './requests/host-rate-limit.ts';
export { createPageQueue, type PageQueue } from './queue/page-queue.ts';
export { RedisRefusedError } from './queue/check-redis.ts';
export type { QueueOptions } from './queue/bullmq.ts';
export { type CheckFault, checkSource, type SourceCheck } from './check/check-source.ts';
export { type CheckOutcome, checkSuspects, type SuspectCheckOptions } from './harvest/check-suspects.ts';
export { requestOfRun } from './harvest/request-of-run.ts';
export { finishReindex, reindex, ReindexRunningError, type ReindexStep } from './indexing/reindex.ts';
export { repairIndex } from './indexing/repair-index.ts';
export { beginRun, everything, type HarvestRequest, type HarvestResult, OtherRunError, runHarvest } from './harvest/run-harvest.ts';
export { dryReplay, type DryReplayResult, replay, type ReplayDeps, type ReplayProgress, type ReplayResult } from './transform/replay.ts';
export type { FieldChanges, FieldExample } from './transform/replay-differences.ts';
export { type Checksum, openDumpFile, parseChecksum } from './dump/dump-bytes.ts';
export { DumpChecksumError, DumpReplacedError, DumpUnreadableError, NoDumpError } from './dump/dump-errors.ts';
export { type DumpSite, listDumps } from './dump/ask-exporter.ts';
export {
  chooseDump,
  type DumpFormat,
  dumpKey,
  exporterUrlOf,
  type OfferedDump,
  pathOfKey,
  type WantedDump,
} from './dump/exporter-listing.ts';
export { type DumpEstimate, estimateDump } from './dump/estimate-dump.ts';
export { applyDeletedRecords } from './dump/deleted-records.ts';
export { type DumpLimits, dumpLimitsOf, type DumpRequest, dumpRequestOf, DumpTakenError, importDump } from './dump/import-dump.ts';
export { findRepair, planRepair, type Repair } from './check/repair.ts';
export { type HarvestPlan, type PlanDeps, planHarvest } from './plan/plan.ts';
export { OtherSourceError, type ProbeDeps, type Probed, probeRepository, saveProfile } from './plan/probe.ts';
export {
  existingSource,
  isSourceName,
  type KnownSource,
  knownSource,
  presets,
  resolveOrAdd,
  resolveSource,
  settingsOf,
  type SourceSettings,
  UnknownSourceError,
} from './sources/sources.ts';
export { openMetrics } from './workers/open-metrics.ts';
export { startHarvester } from './workers/start-harvester.ts';
export { waitUntilOpen } from './workers/wait-until-open.ts';
export { startTransformer } from './workers/start-transformer.ts';
export { sendWebhooksUntilStopped, sendWebhooks, type WebhookDeps, type WebhookRound } from './webhooks/send-webhooks.ts';
export { newSecret } from './webhooks/webhook-message.ts';
export { type AppliedWebhook, applyWebhook, webhookConflicts } from './config-files/apply-webhooks.ts';
export type { WebhookEntry } from './config-files/webhook-list.ts';
export { sweep } from './queue/sweep.ts';
export { membershipIsDue, type SyncResult, syncSource, type SyncOptions } from './harvest/sync.ts';
export type { HarvestDeps } from './harvest-deps.ts';
export type { Progress } from './harvest/run-maintenance.ts';
export type { MembershipOutcome } from './presence/membership.ts';
export { announcesNothing, classifyAbsence, type VanishedOutcome } from './presence/vanished.ts';
export { indexRecords, type SearchTarget, sendUnindexed } from './indexing/index-records.ts';
export { createIndexingGate, type IndexingGate, pauseAfter } from './indexing/indexing-gate.ts';
export { restoreIndex } from './indexing/restore-index.ts';
export { DocumentsWaitError, searchFault, SearchRefusedError } from './indexing/search-fault.ts';
export { untilIndexed } from './indexing/until-indexed.ts';
export { createTransformer, pagesInFlight, type TransformDeps, transformPages } from './transform/transform.ts';
export { startTransforming, type TransformWorkers, defaultWorkers } from './workers/transform-workers.ts';
export { NotReadyError, openResources, version, type Resources } from './workers/resources.ts';
export { RunEndedError } from './walk/walk-run.ts';
export { ReadInChildError } from './walk/read-in-child.ts';
export { HarvestStoppedError } from './walk/walk-window.ts';
export { type AppliedSource, applySource, settingsFrom, type SourceConflict, sourceConflicts } from './config-files/apply-sources.ts';
export { dropSource } from './sources/drop-source.ts';
export { applySchedulesOfSources } from './workers/keep-schedules.ts';
export {
  isMissed,
  nextTick,
  type Schedule,
  scheduleFault,
  type ScheduleKind,
  scheduleKinds,
  type Schedules,
  type Tick,
} from './sources/schedule.ts';
export { findPrunable, type Prunable, prune, type PruneDeps } from './retention/prune.ts';
export { pruneScheduleOf, retentionPolicyOf } from './retention/retention-policy.ts';
export { createScheduleQueue, type KeptScheduler, type ScheduleQueue } from './queue/schedule-queue.ts';
export { onTick, type TickOutcome } from './workers/on-tick.ts';
export { parseDuration, readSourceList, type SourceEntry, type SourceFault, type SourceList } from './config-files/source-list.ts';
