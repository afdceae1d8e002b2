import { buildApi } from '@thresher/api';
import type { Repository } from '@thresher/oai-sim';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import type { Db } from '@thresher/store/database';
import { storedFacts } from './compare-facts.ts';

/** A record as a sync may change it. */
interface Row {
  readonly revision: number;
  readonly deleted: boolean;
  readonly facts_at: Date | null;
  readonly history: number;
  /** Of the row in PostgreSQL: another one if it was written. */
  readonly place: string;
  /** Among the versions of its concept, since the comparison began. */
  readonly moved: boolean;
}

/** What was counted, and what is not as it has to be. */
export interface Followed {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/**
 * Changes one record in a hundred at the source, deletes one in five hundred and adds as many, has `sync` bring that over OAI-PMH, and
 * compares: what only JSON says stays as it was, history and `/api/changes` have these changes and no others.
 */
export async function followSource(db: Db, repository: Repository, sync: () => Promise<void>): Promise<Followed> {
  await using api = openApi(db);
  const start = (await api.changes(null)).cursor;
  const startedAt = new Date();
  const [before, factsBefore] = [await readRows(db, startedAt), await storedFacts(db)];
  const all = [...before.keys()].toSorted();
  const touched = new Set(all.filter((_, n) => n % 100 === 0));
  const deleted = new Set(all.filter((_, n) => n % 500 === 1));
  const now = Date.now();
  repository.touch([...touched], now);
  repository.vanish([...deleted], now);
  const created = new Set(repository.create(deleted.size, now));
  await sync();
  const [after, factsAfter] = [await readRows(db, startedAt), await storedFacts(db)];

  const faults: string[] = [];
  const expectThat = (isSo: boolean, what: string): void => void (isSo || faults.push(what));
  for (const [identifier, row] of after) {
    const old = before.get(identifier);
    if (old === undefined) {
      expectThat(created.has(identifier) && hasRevision(row, 1) && row.facts_at === null, `${identifier} is new: ${JSON.stringify(row)}`);
      continue;
    }
    const isChanged = touched.has(identifier) || deleted.has(identifier);
    expectThat(row.deleted === deleted.has(identifier), `${identifier} is ${row.deleted ? '' : 'not '}deleted`);
    expectThat(
      row.history - old.history === (isChanged ? 1 : 0),
      `${identifier} has ${row.history - old.history} more revisions in its history`,
    );
    expectThat(hasRevision(row, old.revision + (isChanged ? 1 : 0)), `${identifier} has revision ${row.revision} after ${old.revision}`);
    if (deleted.has(identifier)) continue;
    expectThat(factsAfter.get(identifier) === factsBefore.get(identifier), `${identifier} has other facts than before`);
    expectThat(row.facts_at?.getTime() === old.facts_at?.getTime(), `${identifier} has facts as of another time`);
  }
  expectThat(after.size === before.size + created.size, `${after.size} records after ${before.size}`);
  const changes = await api.allChanges(start);
  const expected = { created, updated: touched, deleted };
  for (const [type, identifiers] of Object.entries(expected)) {
    const found = changes.filter((change) => change.type === type).map(({ record }) => record.oai_identifier);
    expectThat(
      found.toSorted().join() === [...identifiers].toSorted().join(),
      `/api/changes has ${found.length} ${type}, not ${identifiers.size}`,
    );
  }
  const written = [...after].filter(([identifier, row]) => before.get(identifier)?.place !== row.place).length;
  return { counts: { touched: touched.size, deleted: deleted.size, created: created.size, written, changes: changes.length }, faults };
}

/** A record whose place among the versions of its concept moved has a further revision for each move. */
const hasRevision = (row: Row, expected: number): boolean => (row.moved ? row.revision > expected : row.revision === expected);

async function readRows({ pool }: Db, since: Date): Promise<Map<string, Row>> {
  const { rows } = await pool.query<Row & { oai_identifier: string }>(
    `select oai_identifier, revision, deleted, facts_at, xmin::text as place, coalesce(latest_version_changed_at > $1, false) as moved,
      (select count(*)::int from record_history h where h.record_id = r.id) as history from record r`,
    [since],
  );
  return new Map(rows.map(({ oai_identifier: identifier, ...row }) => [identifier, row]));
}

interface ChangesPage {
  readonly changes: readonly { readonly type: string; readonly record: { readonly oai_identifier: string } }[];
  readonly cursor: string;
  readonly more: boolean;
}

/** The API over a database, without a port. */
function openApi(db: Db) {
  const app = buildApi({ db, search: null, log: createLogger({ level: 'silent' }), metrics: createMetrics(), version: 'trial' });
  const changes = async (since: string | null): Promise<ChangesPage> =>
    (await app.inject(`/api/changes?size=1000&since=${since ?? new Date().toISOString()}`)).json();
  return {
    changes,
    async allChanges(since: string): Promise<ChangesPage['changes']> {
      const all: ChangesPage['changes'][number][] = [];
      for (let page = await changes(since); ; page = await changes(page.cursor)) {
        all.push(...page.changes);
        if (!page.more) return all;
      }
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
