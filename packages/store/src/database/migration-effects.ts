/**
 * What a migration does to tables that are there before it. All pending migrations are one transaction, so whatever one of them locks
 * stays locked until the last of them has ended.
 */
export interface MigrationEffect {
  /** These tables cannot be read or written until the migration ends. */
  readonly locks: readonly string[];
  /** These tables can be read, and not written, until the migration ends. */
  readonly blocksWrites: readonly string[];
  /** Each row is written again, with all indexes. */
  readonly rewrites: readonly string[];
  /** An index is made, which reads every row. */
  readonly indexes: readonly string[];
  /** Rows are added or changed; how many depends on what is in them. */
  readonly changesRows: readonly string[];
  /** Materialised views that are made, which reads the tables of the records. */
  readonly fills: readonly string[];
  /** Why processes of the version before it have to be stopped first, as a clause; null: they may go on. */
  readonly stops: string | null;
}

const NOTHING: MigrationEffect = { locks: [], blocksWrites: [], rewrites: [], indexes: [], changesRows: [], fills: [], stops: null };

type Effects = Readonly<Record<string, Partial<MigrationEffect>>>;

const lists = ['affiliation', 'alternate_identifier', 'community', 'contributor', 'creator', 'date', 'description', 'format', 'funding']
  .concat(['geo_location', 'issue', 'name_identifier', 'reference', 'related_identifier', 'related_item', 'rights', 'set', 'size'])
  .concat(['subject', 'title'])
  .map((name) => `record_${name}`);

/**
 * Every migration. A test applies each to an empty database and compares what PostgreSQL shows; only `stops` is a person's judgement,
 * and the same test wants it for each migration that takes a column, table or function away.
 */
export const MIGRATION_EFFECTS = {
  '20261121T080000-harvest': {},
  '20261121T080100-records': { blocksWrites: ['harvest.source'] },
  '20261121T080101-record-lists': { blocksWrites: ['record'] },
  '20261121T080102-reader': {},
  '20261121T090000-current': {
    locks: ['harvest.run', 'record'],
    blocksWrites: ['harvest.source', 'record_history'],
    indexes: ['record_history'],
  },
  '20261121T100000-repair': { locks: ['harvest.window'] },
  '20261121T100100-remap': { locks: ['harvest.page'], indexes: ['harvest.page'] },
  '20261121T110000-analytics': {},
  '20261121T110100-analytics-computed': {
    fills: ['analytics.community_month', 'analytics.concept', 'analytics.licence_year', 'analytics.metadata_quality'],
  },
  '20261121T110200-analytics-indexes': {
    blocksWrites: ['record_affiliation', 'record_creator', 'record_related_identifier'],
    indexes: ['record_affiliation', 'record_creator', 'record_related_identifier'],
  },
  '20261121T110300-tombstones': { blocksWrites: ['record'], indexes: ['record'] },
  '20261121T121000-settled': { locks: ['record'], indexes: ['record'] },
  '20261121T122000-latest-version': { locks: ['record'], changesRows: ['harvest.unindexed', 'record'] },
  '20261121T122500-quarantine': { locks: ['harvest.quarantine'], indexes: ['harvest.quarantine'] },
  '20261121T122500-subsets': { blocksWrites: ['record_set'], indexes: ['record_set'] },
  '20261121T124000-files': { blocksWrites: ['record'] },
  '20261121T124500-unenforced-keys': { locks: ['record', ...lists] },
  '20261121T125000-budget': { locks: ['harvest.budget'] },
  '20261121T125500-vocabularies': { fills: ['analytics.community_size', 'analytics.vocabulary_term'] },
  '20261121T130000-wire-hash': { locks: ['harvest.page', 'record'] },
  '20261121T133000-webhooks': {},
  '20261121T151500-community-steps': { stops: 'they do not note changes for clients that follow one community' },
  '20261121T153500-metadata-once': {
    locks: ['record', 'record_history'],
    rewrites: ['record'],
    changesRows: ['record_history'],
    stops: 'they write descriptions where this version does not read them',
  },
  '20261130T200000-read-login': {},
  '20261130T205000-lease-number': { locks: ['harvest.window'], stops: 'their harvesters do not prove that a lease is still theirs' },
  '20261130T205500-indexing': { locks: ['harvest.unindexed', 'harvest.window'], indexes: ['harvest.unindexed'] },
  '20261130T210000-dublin-core': { blocksWrites: ['record'] },
  '20261130T210000-page-begun': { locks: ['harvest.page'] },
  '20261130T215500-source-without-secrets': {},
  '20261130T220000-record-facts': { locks: ['record', 'record_file', 'record_reference'], blocksWrites: ['harvest.source'] },
  '20261130T223000-host-block': { locks: ['harvest.budget'], changesRows: ['harvest.budget'] },
  '20261201T010000-fact-views': {},
  '20261201T014000-window-deaths': { locks: ['harvest.window'] },
  '20261201T024500-awards': { locks: ['community'], blocksWrites: ['record'] },
  '20261201T083000-stats-revision': { locks: ['harvest.unindexed', 'record_stats'] },
  '20261201T084500-award-views': {},
  '20261201T084500-metrics': { blocksWrites: ['harvest.webhook_delivery'], indexes: ['harvest.webhook_delivery'] },
  '20261201T090000-funding-and-lists': {
    locks: ['community', 'record_custom_field'],
    blocksWrites: ['record_award'],
    indexes: ['record_award'],
  },
  '20261201T092000-people-views': {
    fills: ['analytics.community_overlap', 'analytics.growth', 'analytics.organisation', 'analytics.person'],
  },
  '20261201T124000-sets-of-tombstones': { changesRows: ['harvest.unindexed', 'record', 'record_history', 'record_set'] },
  '20261201T132000-names-by-content': {
    locks: ['harvest.budget', 'record'],
    stops: 'they name harvest.budget and record.wire_hash, which have other names afterwards, so that pages and requests would fail',
  },
  '20261201T163000-pruning': { blocksWrites: ['harvest.webhook_delivery'], indexes: ['harvest.webhook_delivery'] },
  '20261201T170000-descriptions-once': { locks: ['record_description'] },
  '20261201T173500-pause': { locks: ['harvest.source'] },
  '20261201T173500-stats-history': { blocksWrites: ['record', 'record_stats'] },
} satisfies Effects as Effects;

/** What is assumed of a migration that the table lacks. */
export const UNKNOWN_EFFECT: MigrationEffect = { ...NOTHING, stops: 'what it does is not described, so old processes may not fit it' };

/** The effect of a migration; null if it is not known. */
export function effectOf(name: string): MigrationEffect | null {
  const effect = MIGRATION_EFFECTS[name];
  return effect === undefined ? null : { ...NOTHING, ...effect };
}
