import { factsLedger, type FactsEntry, type Repository } from '@thresher/oai-sim';
import type { SearchClient } from '@thresher/search';
import type { Db } from '@thresher/store/database';

/** Rows compared, by table, and what is not as in the ledger. */
export interface Comparison {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** What only JSON says of each record, as text, by identifier. */
export async function storedFacts({ pool }: Db): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ identifier: string; facts: unknown }>(`
    select oai_identifier as identifier, json_build_array(
      (select json_agg(json_build_array(key, size, checksum, mimetype) order by position) from record_file f where f.record_id = r.id),
      (select json_build_array(views, unique_views, downloads, unique_downloads, volume, version_views, version_unique_views, version_downloads,
        version_unique_downloads, version_volume) from record_stats s where s.record_id = r.id),
      (select json_agg(json_build_array(reference, identifier, scheme) order by position) from record_reference f where f.record_id = r.id),
      (select json_agg(json_build_array(field, position, json) order by field collate "C", position) from record_custom_field f where f.record_id = r.id),
      (select json_agg(json_build_array(award_number, acronym, program) order by position) from record_award f where f.record_id = r.id),
      (select json_agg(json_build_array(position, role) order by position) from record_creator_role f where f.record_id = r.id),
      version_index, swhid, embargo_until) as facts
    from record r where not deleted`);
  return new Map(rows.map(({ identifier, facts }) => [identifier, canonical(facts)]));
}

/** Compares each record with the ledger of its repository: files, statistics, references, custom fields, awards, roles and place among the versions. */
export async function compareRows(db: Db, repository: Repository): Promise<Comparison> {
  const stored = await storedFacts(db);
  const faults: string[] = [];
  const counts = { records: 0, files: 0, statistics: 0, references: 0, customFields: 0, awards: 0, roles: 0 };
  for (const facts of factsLedger(repository)) {
    const rows = expectedRows(facts);
    counts.records++;
    counts.files += rows.files.length;
    counts.statistics++;
    counts.references += rows.references.length;
    counts.customFields += rows.customFields.length;
    counts.awards += rows.awards.length;
    counts.roles += rows.roles.length;
    const wanted = canonical([
      orNull(rows.files),
      rows.statistics,
      orNull(rows.references),
      orNull(rows.customFields),
      orNull(rows.awards),
      orNull(rows.roles),
      facts.versionIndex,
      facts.swhid,
      facts.embargoUntil,
    ]);
    const one = stored.get(facts.identifier);
    if (one !== wanted) faults.push(`${facts.identifier}: ${one ?? 'not stored'}\n  and not ${wanted}`);
  }
  if (stored.size !== counts.records) faults.push(`${stored.size} records stored, ${counts.records} in the ledger`);
  return { counts, faults };
}

function expectedRows({ files, stats, references, customFields, awards, creatorRoles }: FactsEntry) {
  const fields = Object.keys(customFields)
    .toSorted()
    .flatMap((field) => {
      const value = customFields[field];
      return (Array.isArray(value) ? (value as unknown[]) : [value]).map((json, position) => [field, position, json]);
    });
  return {
    files: (files ?? []).map(({ key, size, checksum, mimetype }) => [key, size, checksum, mimetype]),
    statistics: [stats.all_versions, stats.this_version].flatMap((it) => [
      it.views,
      it.unique_views,
      it.downloads,
      it.unique_downloads,
      it.data_volume,
    ]),
    references: references.map(({ reference, identifier = null, scheme = null }) => [reference, identifier, scheme]),
    customFields: fields,
    awards: awards.map(({ number, acronym, program }) => [number, acronym, program]),
    roles: creatorRoles.map(({ position, role }) => [position, role]),
  };
}

interface IndexedFacts {
  readonly oai_identifier: string;
  readonly record_id: number;
  readonly stats?: Readonly<Record<string, number>>;
  readonly file_names?: readonly string[];
  readonly total_bytes?: number;
  readonly version_index?: number;
}

const portion = 5_000;

/** Compares statistics, names and sizes of files and the version index of each document with the ledger. */
export async function compareDocuments(client: SearchClient, index: string, repository: Repository): Promise<Comparison> {
  await client.indices.refresh({ index });
  const found = new Map<string, string>();
  for (let after: number | undefined; ;) {
    const { hits } = await client.search<IndexedFacts>({
      index,
      size: portion,
      sort: [{ record_id: 'asc' }],
      _source: ['oai_identifier', 'record_id', 'stats', 'file_names', 'total_bytes', 'version_index'],
      ...(after !== undefined && { search_after: [after] }),
    });
    for (const { _source: it } of hits.hits) found.set(it!.oai_identifier, documentText(it!));
    if (hits.hits.length < portion) break;
    after = hits.hits.at(-1)!._source!.record_id;
  }
  const faults: string[] = [];
  let documents = 0;
  for (const { identifier, files, stats, versionIndex } of factsLedger(repository)) {
    documents++;
    const { views, downloads, unique_views, unique_downloads } = stats.all_versions;
    const names = (files ?? []).map(({ key }) => key);
    const wanted = documentText({
      stats: { views, downloads, unique_views, unique_downloads },
      ...(names.length > 0 && { file_names: names, total_bytes: files!.reduce((sum, { size }) => sum + size, 0) }),
      version_index: versionIndex,
    });
    const one = found.get(identifier);
    if (one !== wanted) faults.push(`document of ${identifier}: ${one ?? 'not there'}\n  and not ${wanted}`);
  }
  if (found.size !== documents) faults.push(`${found.size} documents, ${documents} in the ledger`);
  return { counts: { documents }, faults };
}

const documentText = ({ stats, file_names: names, total_bytes: bytes, version_index: place }: Partial<IndexedFacts>): string =>
  canonical({ stats, names, bytes, place });

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** jsonb has its own order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
