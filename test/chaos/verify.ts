import type { LedgerEntry } from '@thresher/oai-sim';
import { DEFAULT_ALIAS, refresh, type SearchClient } from '@thresher/search';
import type { Db } from '@thresher/store/database';

interface Row {
  readonly identifier: string;
  readonly datestamp: string;
  readonly deleted: boolean;
  readonly revision: number;
  readonly title: string | null;
  readonly sets: readonly string[];
}

interface SearchDocument {
  readonly oai_identifier: string;
  readonly revision: number;
  readonly title?: string;
  readonly sets?: readonly string[];
}

/** Where the records of a source are, and what its repository holds, by OAI identifier. */
export interface StoredSource {
  readonly db: Db;
  readonly search: SearchClient;
  readonly sourceId: number;
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
}

/** How SQL and search differ from what the repository holds, in sentences with examples. None: they do not. */
export async function compareWithLedger({ db, search, sourceId, ledger }: StoredSource): Promise<string[]> {
  const rows = await readRows(db, sourceId);
  return [...compareRows(rows, ledger), ...compareDocuments(rows, await readDocuments(search, sourceId))];
}

async function readRows(db: Db, sourceId: number): Promise<Row[]> {
  const { rows } = await db.pool.query<Row>(
    `select oai_identifier as identifier, datestamp_text as datestamp, deleted, revision, title,
            array(select set_spec from record_set s where s.record_id = r.id order by set_spec) as sets
       from record r where source_id = $1`,
    [sourceId],
  );
  return rows;
}

/** Elasticsearch answers with no more hits at a time. */
const PORTION = 10_000;

async function readDocuments(search: SearchClient, sourceId: number): Promise<SearchDocument[]> {
  const index = DEFAULT_ALIAS;
  await refresh(search, index);
  const documents: SearchDocument[] = [];
  for (let after: number | undefined; ;) {
    const { hits } = await search.search<SearchDocument>({
      index,
      size: PORTION,
      query: { term: { source_id: String(sourceId) } },
      sort: [{ record_id: 'asc' }],
      _source: ['oai_identifier', 'revision', 'title', 'sets'],
      ...(after !== undefined && { search_after: [after] }),
    });
    documents.push(...hits.hits.map((hit) => hit._source!));
    if (hits.hits.length < PORTION) return documents;
    after = Number(hits.hits.at(-1)!.sort![0]);
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.toSorted().join() === b.toSorted().join();

/** Pure. */
export function compareRows(rows: readonly Row[], ledger: ReadonlyMap<string, LedgerEntry>): string[] {
  const byIdentifier = new Map(rows.map((row) => [row.identifier, row]));
  const live = [...ledger.values()].filter((entry) => !entry.deleted);
  const pairs = live.flatMap((entry) => {
    const row = byIdentifier.get(entry.identifier);
    return row === undefined || row.deleted ? [] : [{ entry, row }];
  });
  const isLive = (row: Row): boolean => ledger.get(row.identifier)?.deleted === false;
  return sentences([
    ['records of the repository are not in SQL', live.filter(({ identifier }) => byIdentifier.get(identifier)?.deleted !== false)],
    ['rows are live although the repository has no such record', rows.filter((row) => !row.deleted && !isLive(row))],
    [
      'deleted records of the repository have no tombstone',
      [...ledger.values()].filter((entry) => entry.deleted && byIdentifier.get(entry.identifier)?.deleted === false),
    ],
    ['rows have another datestamp', pairs.filter(({ entry, row }) => entry.datestamp !== row.datestamp).map(({ entry }) => entry)],
    ['rows have other sets', pairs.filter(({ entry, row }) => !same(entry.setSpecs, row.sets)).map(({ entry }) => entry)],
    [
      'rows have the metadata of another version',
      pairs.filter(({ entry, row }) => versionIn(row.title) !== entry.metadataVersion).map(({ entry }) => entry),
    ],
  ]);
}

/** Pure. */
export function compareDocuments(rows: readonly Row[], documents: readonly SearchDocument[]): string[] {
  const live = new Map(rows.filter((row) => !row.deleted).map((row) => [row.identifier, row]));
  const byIdentifier = new Map(documents.map((document) => [document.oai_identifier, document]));
  const pairs = [...live.values()].flatMap((row) => {
    const document = byIdentifier.get(row.identifier);
    return document === undefined ? [] : [{ row, document }];
  });
  return sentences([
    ['records are not in search', [...live.values()].filter((row) => !byIdentifier.has(row.identifier))],
    [
      'documents are of no live record',
      documents.filter((document) => !live.has(document.oai_identifier)).map(({ oai_identifier }) => ({ identifier: oai_identifier })),
    ],
    ['documents are of another revision', pairs.filter(({ row, document }) => row.revision !== document.revision).map(({ row }) => row)],
    ['documents have other sets', pairs.filter(({ row, document }) => !same(row.sets, document.sets ?? [])).map(({ row }) => row)],
    ['documents have another title', pairs.filter(({ row, document }) => row.title !== (document.title ?? null)).map(({ row }) => row)],
  ]);
}

/** The simulator writes the version into the title of a changed record. */
const versionIn = (title: string | null): number => Number(/ \(revision (\d+)\)$/.exec(title ?? '')?.[1] ?? 0);

function sentences(found: readonly (readonly [string, readonly { readonly identifier: string }[]])[]): string[] {
  return found
    .filter(([, examples]) => examples.length > 0)
    .map(
      ([what, examples]) =>
        `${examples.length} ${what} (${examples
          .slice(0, 2)
          .map((example) => example.identifier)
          .join(', ')})`,
    );
}

/** What must be true of the harvest's own ledger once all is quiet, next to the records. */
export async function compareRuns(db: Db, sourceId: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ what: string; n: number }>(
    `with run as (select * from harvest.run where source_id = $1),
          win as (select w.*, run.state as run_state from harvest.window w join run on run.id = w.run_id)
     select 'runs are still running' as what, count(*)::int as n from run where state = 'running'
     union all select 'windows of complete runs are not complete', count(*)::int
       from win where run_state = 'complete' and state not in ('complete', 'split')
     union all select 'windows are complete with fewer records than declared', count(*)::int
       from win where state = 'complete' and declared > distinct_received and shortfall is null
     union all select 'pages are not done', count(*)::int from harvest.page p join win w on w.id = p.window_id
       where p.state <> 'done' and p.attempt = w.attempt
     union all select 'records are in quarantine', count(*)::int from harvest.quarantine where source_id = $1
     union all select 'documents wait to be sent', count(*)::int from harvest.unindexed
     union all select 'hosts are blocked', count(*)::int from harvest.host_rate_limit where blocked_reason is not null`,
    [sourceId],
  );
  return rows.filter(({ n }) => n > 0).map(({ what, n }) => `${n} ${what}`);
}
