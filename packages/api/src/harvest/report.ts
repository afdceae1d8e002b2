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
    pending: Count({ description: 'Records that arrived and are not through yet' }),
  },
  { description: 'What the windows of the run add up to' },
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
  },
  { $id: 'HarvestRun', description: 'One harvest of a source' },
);
export type HarvestRun = Static<typeof HarvestRun>;

export const HarvestReport = Shape(
  {
    now: Text({ description: 'The clock of this server' }),
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
        runs: List(Type.Unsafe<HarvestRun>({ $ref: 'HarvestRun#' }), { description: 'The newest first, ten at most' }),
      }),
    ),
  },
  { $id: 'HarvestReport', description: 'The ledger of the harvests' },
);
export type HarvestReport = Static<typeof HarvestReport>;

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
