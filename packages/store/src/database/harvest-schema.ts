import type { Generated } from 'kysely';

export type RunKind = 'full' | 'incremental' | 'membership' | 'dump' | 'check';
export type RunState = 'running' | 'complete' | 'incomplete' | 'failed' | 'cancelled';
export type WindowState = 'planned' | 'walking' | 'walked' | 'complete' | 'split' | 'short' | 'failed';
export type PageState = 'fetched' | 'stored' | 'done';
export type ListVerb = 'ListRecords' | 'ListIdentifiers';
/** The OAI-PMH request that a page answers; `RdmJson`: records of a JSON dump, one on a line. */
export type PageVerb = ListVerb | 'GetRecord' | 'RdmJson';
/** What a schedule begins: a run, or `enrich`, which fetches files and statistics. */
export const scheduleKinds = ['full', 'incremental', 'enrich'] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];
export type SuspectState = 'suspect' | 'held' | 'confirmed' | 'cleared';

export interface SourceTable {
  id: Generated<number>;
  name: string;
  base_url: string;
  metadata_prefix: Generated<string>;
  set_specs: Generated<string[]>;
  settings: Generated<Record<string, unknown>>;
  repository_name: string | null;
  granularity: 'YYYY-MM-DD' | 'YYYY-MM-DDThh:mm:ssZ' | null;
  earliest_datestamp: Date | null;
  deleted_record: 'no' | 'persistent' | 'transient' | null;
  created_at: Generated<Date>;
  identified_at: Date | null;
  paused_at: Date | null;
}

export interface RunTable {
  id: Generated<number>;
  source_id: number;
  kind: RunKind;
  state: Generated<RunState>;
  metadata_prefix: string;
  set_specs: Generated<string[]>;
  from_datestamp: Date | null;
  until_datestamp: Date | null;
  options: Generated<Record<string, unknown>>;
  requests: Generated<number>;
  failure: string | null;
  started_at: Generated<Date>;
  finished_at: Date | null;
}

export interface WindowTable {
  id: Generated<number>;
  run_id: number;
  parent_id: number | null;
  set_spec: string | null;
  from_datestamp: Date | null;
  until_datestamp: Date | null;
  state: Generated<WindowState>;
  attempt: Generated<number>;
  first_attempt: Generated<number>;
  declared: number | null;
  received: Generated<number>;
  distinct_received: Generated<number>;
  quarantined: Generated<number>;
  shortfall: number | null;
  stored: number | null;
  searchable: number | null;
  indexed: number | null;
  refused: number | null;
  resent: Generated<number>;
  lease_owner: number | null;
  lease_number: Generated<number>;
  deaths: Generated<number>;
  not_before: Date | null;
  failure: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface PageTable {
  id: Generated<number>;
  window_id: number;
  source_id: number;
  attempt: number;
  number: number;
  verb: PageVerb;
  response_date: Date | null;
  content: Buffer | null;
  content_length: number;
  record_count: number;
  identifiers: string[];
  record_hashes: Buffer[] | null;
  resumption_token: string | null;
  token_expires_at: Date | null;
  token_sent: Generated<boolean>;
  remap: Generated<boolean>;
  state: Generated<PageState>;
  tries: Generated<number>;
  /** How many workers began on the page and neither finished nor failed: they are at work, or died. */
  begun: Generated<number>;
  failure: string | null;
  fetched_at: Generated<Date>;
  done_at: Date | null;
}

export interface QuarantineTable {
  page_id: number;
  position: number;
  source_id: number;
  oai_identifier: string | null;
  reason: string;
  content: Buffer;
  created_at: Generated<Date>;
}

export interface HostRateLimitTable {
  host: string;
  per_minute: number | null;
  next_at: Generated<Date>;
  counted_at: Generated<Date[]>;
  blocked_reason: string | null;
  blocked_until: Date | null;
  blocks: Generated<number>;
  updated_at: Generated<Date>;
}

export interface SuspectTable {
  source_id: number;
  oai_identifier: string;
  state: Generated<SuspectState>;
  first_missed_run: number | null;
  reason: string;
  /** `[{at, witness, says, …}]` */
  evidence: Generated<readonly Record<string, unknown>[]>;
  found_at: Generated<Date>;
  checked_at: Date | null;
  settled_at: Date | null;
}

export interface UnindexedTable {
  record_id: number;
  revision: number;
  stats_revision: Generated<number>;
  noted_at: Generated<Date>;
  refusal: string | null;
}

export interface IndexingFaultTable {
  only_one: Generated<boolean>;
  reason: string;
  refused: boolean;
  times: Generated<number>;
  since: Generated<Date>;
  last_at: Generated<Date>;
  next_at: Date;
}

export interface ReindexTable {
  index_name: string;
  started_at: Generated<Date>;
}

export interface WebhookTable {
  id: Generated<number>;
  url: string;
  secret: string;
  types: string[] | null;
  communities: string[] | null;
  at_micros: number;
  record_id: number;
  revision: number;
  disabled_reason: string | null;
  created_at: Generated<Date>;
}

export interface WebhookDeliveryTable {
  id: Generated<string>;
  number: Generated<number>;
  webhook_id: number;
  body: string;
  changes: number;
  state: Generated<'pending' | 'delivered' | 'failed'>;
  tries: Generated<number>;
  next_at: Generated<Date>;
  status: number | null;
  failure: string | null;
  created_at: Generated<Date>;
  ended_at: Date | null;
}

export interface CommunityStepTable {
  community: string;
  at: Date;
  record_id: number;
  revision: number;
}

export interface AskedRunTable {
  source_id: number;
  kind: ScheduleKind;
  asked_at: Generated<Date>;
}

export interface MetricTable {
  name: string;
  labels: Generated<Record<string, string>>;
  value: number;
  updated_at: Generated<Date>;
}

export interface PruningTable {
  id: Generated<number>;
  begun_at: Generated<Date>;
  ended_at: Date | null;
  policy: { readonly [what: string]: number | null };
  pages: Generated<number>;
  page_bytes: Generated<number>;
  revisions: Generated<number>;
  steps: Generated<number>;
  deliveries: Generated<number>;
  history_until: Date | null;
}

/** The tables of schema `harvest`, as kysely names them. */
export interface HarvestDatabase {
  'harvest.installation': { id: Generated<string>; created_at: Generated<Date> };
  'harvest.source': SourceTable;
  'harvest.run': RunTable;
  'harvest.window': WindowTable;
  'harvest.page': PageTable;
  'harvest.quarantine': QuarantineTable;
  'harvest.host_rate_limit': HostRateLimitTable;
  'harvest.suspect': SuspectTable;
  'harvest.unindexed': UnindexedTable;
  'harvest.indexing_fault': IndexingFaultTable;
  'harvest.reindex': ReindexTable;
  'harvest.community_step': CommunityStepTable;
  'harvest.webhook': WebhookTable;
  'harvest.webhook_delivery': WebhookDeliveryTable;
  'harvest.asked_run': AskedRunTable;
  'harvest.metric': MetricTable;
  'harvest.pruning': PruningTable;
}
