import { type Db, migrateToLatest, saveSource, writeRecords } from '@thresher/store';
import { simulatedRecords } from '../search-bench/documents.ts';

/** Records that are mapped and written as in a harvest; all others are copies of their rows. */
const TEMPLATES = 1_000;
/** Added to every number of a copy, times its round. */
const STEP = 100_000_000;
const rounds = 20;

/** What a record is looked up by. */
export interface Names {
  readonly recid: number;
  readonly doi: string;
  readonly oaiIdentifier: string;
  readonly conceptDoi: string | null;
}

/**
 * Fills an empty database with `size` records: table `record` and its indexes, and `record_set`, which is all that looking up
 * reads. Copies have numbers, DOIs and identifiers of their own, and the metadata of their model. Says how many there are.
 */
export async function fill(db: Db, size: number, say: (records: number) => void): Promise<void> {
  await migrateToLatest(db);
  if ((await count(db)) >= size) return;
  const source = await saveSource(db, { name: 'sim', base_url: 'https://zenodo.org/oai2d', metadata_prefix: 'oai_datacite' });
  await writeRecords(db, { sourceId: source.id, pageId: 1, records: [...simulatedRecords(TEMPLATES)].flat() });
  const copies = Math.ceil(size / TEMPLATES) - 1;
  for (let from = 1; from <= copies; from += rounds) {
    await copyRecords(db, from, Math.min(copies, from + rounds - 1));
    say(await count(db));
  }
  await db.pool.query('vacuum analyze public.record, public.record_set');
}

async function count(db: Db): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>('select count(*) as n from public.record');
  return rows[0]!.n;
}

async function copyRecords(db: Db, from: number, to: number): Promise<void> {
  const { rows } = await db.pool.query<{ name: string }>(`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = 'record' and is_identity = 'NO' and is_generated = 'NEVER'`);
  const doi = (column: string): string =>
    `case when ${column} ~ '^10\\.5281/zenodo\\.[0-9]+$'
      then '10.5281/zenodo.' || (substring(${column} from 16)::bigint + n * ${STEP}) else ${column} || '.' || n end`;
  const own: Readonly<Record<string, string>> = {
    recid: `r.recid + n * ${STEP}`,
    oai_identifier: `'oai:zenodo.org:' || (r.recid + n * ${STEP})`,
    doi: doi('r.doi'),
    concept_doi: doi('r.concept_doi'),
  };
  await db.pool.query(`
    insert into public.record (${rows.map(({ name }) => name).join()})
    select ${rows.map(({ name }) => own[name] ?? `r.${name}`).join()}
    from generate_series(${from}::bigint, ${to}::bigint) n cross join public.record r where r.recid < ${STEP} order by n, r.id`);
  await db.pool.query(`
    insert into public.record_set (record_id, position, set_spec)
    select c.id, s.position, s.set_spec from public.record c
    join public.record r on r.recid = c.recid % ${STEP} join public.record_set s on s.record_id = r.id
    where c.recid between ${from * STEP}::bigint and ${(to + 1) * STEP - 1}::bigint`);
}

/** Names of records from all over the table, the same ones each time. */
export async function someNames(db: Db, size: number): Promise<Names[]> {
  const { rows } = await db.pool.query<Names>(
    `select recid, doi, oai_identifier as "oaiIdentifier", concept_doi as "conceptDoi" from public.record
     where doi is not null and id % $1 = 0 order by hashtext(oai_identifier)`,
    [Math.max(1, Math.floor(size / 20_000))],
  );
  return rows;
}
