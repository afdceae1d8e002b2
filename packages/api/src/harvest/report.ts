import { Type, type Static } from 'typebox';

const { Array: List, Integer: Count, Object: Shape, String: Text } = Type;
const Maybe = {
  text: (description?: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...(description && { description }) }),
  count: (description?: string) => Type.Unsafe<number | null>({ type: ['integer', 'null'], ...(description && { description }) }),
};

const Totals = Shape(
  {
    windows: Count({ description: 'Windows, those that were split counted by their parts' }),
    complete: Count(),
    open: Count({ description: 'Planned, being walked, or walked and not yet counted' }),
    short: Count(),
    failed: Count(),
    expected: Count({ description: 'What the first lists of the run declared' }),
    declared: Count({ description: 'completeListSize, as the server gave it, of all windows' }),
    received: Count(),
    distinct_received: Count(),
    quarantined: Count(),
    stored: Count({ description: 'Found in Postgres when their window was closed' }),
    searchable: Count({ description: 'Of those stored, the ones that have to be in search: no tombstones, and none without metadata' }),
    refused: Count({ description: 'Documents that Elasticsearch refused' }),
    indexed: Maybe.count('Found in Elasticsearch when their window was closed; null if there is no index'),
    restarts: Count({ description: 'Lists begun again' }),
    pending: Count({ description: 'Records among those received that are not through yet' }),
  },
  { description: 'What the windows of the run add up to' },
);

const Progress = Shape(
  {
    received: Count({ description: 'As in totals: records of the last attempts' }),
    in_sql: Count({ description: 'Of these, the ones whose page is in SQL' }),
    in_search: Maybe.count('Of these, the ones whose page is through to search as well; null if there is no index'),
    set_aside: Count({ description: 'Of those received, the ones on pages that were given up after every try' }),
  },
  { description: 'How far the received records have come; each figure is part of the one before' },
);

export const HarvestRun = Shape(
  {
    id: Count(),
    kind: Text({ description: 'full, incremental, membership or dump' }),
    state: Text({ description: 'running, complete, incomplete, failed or cancelled' }),
    metadata_prefix: Text(),
    sets: List(Text(), { description: 'Empty for the whole repository' }),
    from: Maybe.text(),
    until: Maybe.text(),
    started_at: Text(),
    finished_at: Maybe.text(),
    seconds: Type.Number({ description: 'How long it has taken, so far' }),
    requests: Count(),
    failure: Maybe.text('What is missing, or why it stands still'),
    totals: Totals,
    progress: Progress,
  },
  { $id: 'HarvestRun', description: 'One harvest of a source' },
);
export type HarvestRun = Static<typeof HarvestRun>;

const States = Type.Record(Text(), Count(), { description: 'Windows by state: planned, walking, walked, complete, short, failed' });

export const HarvestRunDetail = Shape(
  {
    run: Type.Unsafe<HarvestRun>({ $ref: 'HarvestRun#' }),
    segments: List(Shape({ from: Maybe.text(), until: Maybe.text(), declared: Count(), received: Count(), states: States }), {
      description: 'The windows in order, neighbours taken together so that there are 120 at most',
    }),
    problems: List(
      Shape({
        window: Count(),
        set: Maybe.text(),
        from: Maybe.text(),
        until: Maybe.text(),
        state: Text(),
        attempt: Count(),
        declared: Maybe.count(),
        received: Count(),
        failure: Maybe.text(),
      }),
      { description: 'Windows that are short, failed, or being walked again; 100 at most' },
    ),
  },
  { $id: 'HarvestRunDetail', description: 'A run with its windows' },
);
export type HarvestRunDetail = Static<typeof HarvestRunDetail>;

export const HarvestReport = Shape(
  {
    now: Text({ description: 'The instant that the report shows' }),
    documents: Maybe.count('Documents in the search index; null when it does not answer'),
    sources: List(
      Shape({
        name: Text(),
        base_url: Text({ description: 'Without user, password and the values of its parameters' }),
        repository_name: Maybe.text(),
        metadata_prefix: Text(),
        sets: List(Text()),
        deleted_record: Maybe.text(),
        earliest_datestamp: Maybe.text(),
        blocked: Maybe.text('Why no request is sent to its host, and until when'),
        paused_at: Maybe.text('Since when a person has paused it'),
        rate_limit: Type.Unsafe<number | null>({
          type: ['number', 'null'],
          description: 'Requests per minute that its host permits; null: no limit known',
        }),
        searchable_until: Maybe.text('Complete runs have brought all changes up to this instant; null if there is no complete run'),
        failed_pages: Count({ description: 'Pages that could not be transformed' }),
        quarantined: Count({ description: 'Records that could not be read' }),
        refused_documents: Count({ description: 'Records whose document Elasticsearch refuses' }),
        suspects: Count({ description: 'Records that a complete run no longer listed' }),
        held: Count({ description: 'Those among the suspects that a person has to decide about' }),
        schedules: List(
          Shape({
            kind: Text({ description: 'full, incremental or enrich' }),
            cron: Text(),
            time_zone: Text(),
            next_at: Maybe.text('Null before a harvester process has looked at it'),
            last_at: Maybe.text('When the last run of this kind began; null for enrich, which makes no run'),
          }),
        ),
        asked: List(Shape({ kind: Text(), asked_at: Text() }), {
          description: 'Runs that a person asked for and that no harvester process has begun yet',
        }),
        last: Type.Unsafe<HarvestRunDetail | null>({
          anyOf: [{ $ref: 'HarvestRunDetail#' }, { type: 'null' }],
          description: 'The last run with its windows',
        }),
        runs: List(Type.Unsafe<HarvestRun>({ $ref: 'HarvestRun#' }), { description: 'The newest first, ten at most' }),
      }),
    ),
  },
  { $id: 'HarvestReport', description: 'The ledger of the harvests. All but `documents` is of one instant' },
);
export type HarvestReport = Static<typeof HarvestReport>;

export const HarvestFailures = Shape(
  {
    source: Text(),
    quarantined: List(
      Shape({
        page: Count(),
        position: Count(),
        identifier: Maybe.text(),
        reason: Text(),
        bytes: Count(),
        at: Text(),
      }),
      { description: 'Records that could not be read and that no later page brought whole; 100 at most' },
    ),
    quarantined_total: Count(),
    pages: List(Shape({ page: Count(), tries: Count(), failure: Text(), records: Count() }), {
      description: 'Pages that could not be transformed; 100 at most',
    }),
    pages_total: Count(),
    refused: List(Shape({ identifier: Text(), reason: Text(), at: Text() }), {
      description: 'Records whose document Elasticsearch refuses; 100 at most',
    }),
    refused_total: Count(),
  },
  { $id: 'HarvestFailures', description: 'What of a source failed' },
);
export type HarvestFailures = Static<typeof HarvestFailures>;

export const HarvestSuspects = Shape(
  {
    source: Text(),
    suspects: List(
      Shape({
        identifier: Text(),
        state: Text({ description: 'suspect: a second check decides; held: a person decides' }),
        reason: Text(),
        found_at: Text(),
        checked_at: Maybe.text(),
      }),
      { description: 'The oldest first; 200 at most' },
    ),
  },
  { $id: 'HarvestSuspects', description: 'Records of a source that a complete run no longer listed' },
);
export type HarvestSuspects = Static<typeof HarvestSuspects>;

export const HarvestWebhooks = Shape(
  {
    webhooks: List(
      Shape({
        id: Count(),
        origin: Text({ description: 'Where messages go, without path and parameters, which may be secret' }),
        types: Type.Unsafe<string[] | null>({ type: ['array', 'null'], items: { type: 'string' }, description: 'Null: all' }),
        communities: Type.Unsafe<string[] | null>({ type: ['array', 'null'], items: { type: 'string' }, description: 'Null: all' }),
        sent_until: Text({ description: 'Changes up to this instant are in messages' }),
        pending: Count(),
        failed: Count(),
        disabled: Maybe.text('Why nothing is sent any more'),
      }),
    ),
  },
  { $id: 'HarvestWebhooks', description: 'The webhooks and their queued messages' },
);
export type HarvestWebhooks = Static<typeof HarvestWebhooks>;
