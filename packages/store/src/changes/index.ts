export {
  listSteps,
  placeBefore,
  type RecordState,
  type RecordStep,
  type StepPlace,
  type StepRequest,
  type StepsRead,
} from './list-changes.ts';
export { type CommunityMove, lastMoves } from './community-moves.ts';
export { countPrunableHistory, historyBegins, historyPrunableUntil, type PrunedHistory, pruneHistory } from './prune-history.ts';
export { countHistory, lastSteps, type PastRevision, recordHistory, type RevisionStep } from './record-history.ts';
export { CHANGE_TYPES, changesOf, type ChangeType, concerns, type StepChange, stepCursor } from './step-changes.ts';
export {
  addWebhook,
  changeWebhook,
  countPrunableDeliveries,
  createDeliveries,
  type DeliveryEnd,
  type DueDelivery,
  endTry,
  listDeliveries,
  listWebhooks,
  type NewWebhook,
  pruneDeliveries,
  removeWebhook,
  retryDeliveries,
  dequeueDeliveries,
  type Webhook,
  type WebhookDelivery,
} from './webhooks.ts';
