import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapMetadata, type RecordMetadata } from '@thresher/datacite';
import { parseDatestamp, parseListPage } from '@thresher/oai';
import { readRows } from '@thresher/store/database';
import { saveSource } from '@thresher/store/harvest';
import { refreshAnalytics } from '@thresher/store/read';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { deleteRecords, type HarvestedRecord, writeRecords } from '@thresher/store/write';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const genuine = join(process.env['THRESHER_SHARED'] ?? join(root, '..', 'shared'), 'data', 'zenodo');
const page = readFileSync(join(root, 'docs', 'questions.md'), 'utf8');
const questions = new Map([...page.matchAll(/^## (.+)\n\n```sql\n([\s\S]*?)```/gm)].map(([, title, sql]) => [title!, sql!.trim()]));

test('there are twelve questions', () => {
  expect(questions.size).toBe(12);
});

describe.skipIf(!existsSync(genuine))(`their answers for genuine records (from ${genuine}, if it is there)`, () => {
  let database: TestDatabase;
  /** What is stored, by record number, as the mapping gives it; all of it is latest versions except the chains. */
  let kept: RecordMetadata[];
  let gone: string[];

  beforeAll(async () => {
    database = await createTestDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    const { id: sourceId } = await saveSource(db, {
      name: 'zenodo',
      base_url: 'https://zenodo.org/oai2d',
      metadata_prefix: 'oai_datacite',
    });
    const harvested = genuineRecords();
    await writeRecords(db, { sourceId, pageId: 1, records: harvested });
    const [first, second, third] = harvested as [HarvestedRecord, HarvestedRecord, HarvestedRecord];
    for (const [n, title] of ['Renamed', 'Renamed again'].entries())
      await writeRecords(db, { sourceId, pageId: 2 + n, records: [{ ...third, metadata: { ...third.metadata!, title } }] });
    gone = [first, second].map(({ header }) => header.identifier);
    const rows = await db.selectFrom('record').select('id').where('oai_identifier', 'in', gone).execute();
    await deleteRecords(
      db,
      sourceId,
      rows.map(({ id }) => ({ recordId: id, reason: 'missing from two complete harvests' })),
    );
    kept = harvested.slice(2).map(({ metadata }) => metadata!);
    await refreshAnalytics(db, { force: true });
  }, 120_000);
  afterAll(() => database[Symbol.asyncDispose]());

  async function answer(title: RegExp): Promise<Record<string, string | null>[]> {
    const [, sql] = [...questions].find(([question]) => title.test(question))!;
    const rows: Record<string, string | null>[] = [];
    for await (const portion of readRows(database.readDb, sql, { timeoutMs: 60_000, asText: true, signal: new AbortController().signal }))
      for (const row of portion.rows as (string | null)[][])
        rows.push(Object.fromEntries(portion.columns.map(({ name }, index) => [name, row[index] ?? null])));
    return rows;
  }
  const sumOf = (rows: readonly Record<string, string | null>[], column: string): number =>
    rows.reduce((sum, row) => sum + Number(row[column]), 0);
  const works = (records: readonly RecordMetadata[]): number => new Set(records.map(({ conceptDoi, doi }) => conceptDoi ?? doi)).size;

  test('growth by type counts each work once', async () => {
    const rows = await answer(/grow/);
    expect(sumOf(rows, 'works')).toBe(works(kept));
    const type = kept[0]!.resourceType!.type!;
    expect(
      sumOf(
        rows.filter((row) => row['resource_type'] === type),
        'works',
      ),
    ).toBe(works(kept.filter((one) => one.resourceType?.type === type)));
  });

  test('licences', async () => {
    const rows = await answer(/licence/);
    const withIt = kept.filter(({ rights }) => rights.some(({ spdx, kind }) => kind === 'licence' && spdx === 'CC-BY-4.0')).length;
    expect(rows.find((row) => row['licence'] === 'CC-BY-4.0')).toMatchObject({ records: String(withIt), permits_any_use: 't' });
  });

  test('funders and their awards', async () => {
    const rows = await answer(/funders/);
    const keyOf = (one: RecordMetadata['fundingReferences'][number]) => one.funderRor ?? one.funderDoi ?? one.funderName?.toLowerCase();
    const groups = Map.groupBy(
      kept.flatMap(({ fundingReferences }) => fundingReferences),
      keyOf,
    );
    const awards = [...groups.values()].map((group) => new Set(group.flatMap(({ awardNumber }) => awardNumber ?? [])).size);
    expect(sumOf(rows, 'awards')).toBe(awards.reduce((sum, count) => sum + count, 0));
    expect(rows.length).toBe(groups.size);
  });

  test('partners of an organisation', async () => {
    const rorsOf = ({ creators }: RecordMetadata): Set<string> =>
      new Set(creators.flatMap(({ affiliations }) => affiliations.flatMap(({ ror }) => ror ?? [])));
    const partners = new Map<string, number>();
    for (const rors of kept.map(rorsOf).filter((all) => all.has('05a28rw58')))
      for (const ror of rors) if (ror !== '05a28rw58') partners.set(ror, (partners.get(ror) ?? 0) + 1);
    const rows = await answer(/work together/);
    expect(rows.length).toBe(Math.min(partners.size, 20));
  });

  test('citations between works that are here', async () => {
    const [row] = await answer(/cite themselves/);
    const targets = new Map([...latest(kept).map((one) => [one.conceptDoi, one] as const), ...kept.map((one) => [one.doi, one] as const)]);
    const links = kept.flatMap((one) =>
      one.relatedIdentifiers
        .filter(
          ({ relationType, doi }) =>
            /^(?:Cites|References|IsSupplementTo)$/.test(relationType ?? '') && doi !== null && doi !== one.conceptDoi,
        )
        .flatMap(({ doi }) => targets.get(doi) ?? [])
        .filter((target) => target !== one)
        .map((target) => [one, target] as const),
    );
    const orcids = ({ creators }: RecordMetadata) => new Set(creators.flatMap(({ orcid }) => orcid ?? []));
    const own = links.filter(([from, to]) => orcids(from).intersection(orcids(to)).size > 0);
    expect(row).toEqual({ citations: String(links.length), of_own_works: String(own.length) });
  });

  test('creators with an ORCID iD', async () => {
    const rows = await answer(/ORCID/);
    const byYear = Map.groupBy(latest(kept), ({ publicationYear }) => String(publicationYear));
    for (const row of rows) {
      const creators = byYear.get(row['publication_year']!)!.flatMap((one) => one.creators);
      const percent = (100 * creators.filter(({ orcid }) => orcid !== null).length) / creators.length;
      expect([row['publication_year'], row['creators']]).toEqual([row['publication_year'], String(creators.length)]);
      expect(Number(row['percent_with_orcid'])).toBeCloseTo(percent, 0);
    }
    expect(rows.length).toBeGreaterThan(1);
  });

  test('the most prolific have as many works as the records say', async () => {
    const [first] = await answer(/published most/);
    const own = kept.filter(({ creators }) => creators.some(({ orcid }) => orcid === first!['orcid']));
    expect(Number(first!['works'])).toBe(works(own));
    expect(own.flatMap(({ creators }) => creators.map(({ name }) => name))).toContain(first!['name']);
  });

  test('time between versions', async () => {
    const [row] = await answer(/between versions/);
    const chains = Map.groupBy(
      kept.filter((one) => one.conceptDoi !== null),
      (one) => one.conceptDoi!,
    );
    expect(Number(row!['new_versions'])).toBe([...chains.values()].reduce((sum, chain) => sum + chain.length - 1, 0));
  });

  test('communities that share records', async () => {
    const pairs = new Map<string, number>();
    for (const { communities } of kept)
      for (const a of communities) for (const b of communities) if (a < b) pairs.set(`${a} ${b}`, (pairs.get(`${a} ${b}`) ?? 0) + 1);
    const rows = await answer(/communities/);
    expect(rows.length).toBe(Math.min(pairs.size, 20));
    for (const row of rows) expect(pairs.get(`${row['community']} ${row['other_community']}`)).toBe(Number(row['records']));
  });

  test('languages', async () => {
    const rows = await answer(/languages/);
    const english = latest(kept).filter(({ language }) => language?.iso639_3 === 'eng');
    expect(rows.find((row) => row['language'] === 'eng')).toMatchObject({ works: String(english.length) });
  });

  test('what changed most, and what vanished', async () => {
    const [changed] = await answer(/change most/);
    expect(changed).toMatchObject({ title: 'Renamed again', changes: '2' });
    const vanished = await answer(/vanished/);
    expect(vanished.map((row) => `oai:zenodo.org:${row['recid']}`).toSorted()).toEqual(gone.toSorted());
  });
});

/** The latest version of each work. */
function latest(records: readonly RecordMetadata[]): RecordMetadata[] {
  const order = ({ publicationDate, doi }: RecordMetadata): string =>
    `${publicationDate?.start ?? ''} ${/\d+$/.exec(doi ?? '')?.[0].padStart(12, '0')}`;
  const byOrder = records.toSorted((a, b) => order(a).localeCompare(order(b)));
  return [...new Map(byOrder.map((one) => [one.conceptDoi ?? one.doi, one])).values()];
}

/** A whole small harvest of September 2024, and Zenodo's dump of June 2026; each record once. */
function genuineRecords(): HarvestedRecord[] {
  const files = ['chain-2024-09/*.xml', 'registered/**/*.xml', 'legacy/*.xml']
    .flatMap((pattern) => globSync(pattern, { cwd: genuine }))
    .toSorted();
  const records = files.flatMap((file) => listed(readFileSync(join(genuine, file))));
  return [...new Map(records.map((one) => [one.header.identifier, one])).values()];
}

function listed(bytes: Uint8Array): HarvestedRecord[] {
  try {
    return parseListPage(bytes, { metadata: true }).records.flatMap(({ header, metadata }) => {
      if (header.deleted || metadata === null) return [];
      const mapped = mapMetadata(metadata, header);
      return mapped.metadata === null ? [] : [{ header, datestamp: parseDatestamp(header.datestamp), ...mapped }];
    });
  } catch {
    // Single records and cut pages are no lists.
    return [];
  }
}
