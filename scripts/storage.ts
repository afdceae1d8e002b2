/**
 * `node scripts/storage.ts`: bytes per record in each store, as a Markdown table for docs/storage.md. Measures the database
 * of DATABASE_URL, which is best vacuumed before, and with ELASTICSEARCH_URL the index behind ALIAS (else thresher-records).
 */
import { createDb, tableSizes } from '@thresher/store/database';
import { listSources } from '@thresher/store/harvest';
import { countRecords } from '@thresher/store/read';
import { createSearchClient, DEFAULT_ALIAS } from '@thresher/search';

const wholeZenodo = 8_100_000;

await using db = createDb(process.env['DATABASE_URL'] ?? '');
let records = 0;
for (const source of await listSources(db)) records += (await countRecords(db, source.id)).live;

const line = (name: string, rows: string, bytes: number): string =>
  `| ${name} | ${rows} | ${Math.round(bytes / records).toLocaleString('en')} | ${(((bytes / records) * wholeZenodo) / 1e9).toFixed(1)} |`;
console.log('| what | rows per record | bytes per record | GB for 8.1 million |\n|---|---|---|---|');
const sizes = await tableSizes(db);
for (const { table, rows, bytes, indexBytes } of sizes.filter((size) => (size.bytes + size.indexBytes) / records >= 5)) {
  console.log(line(`\`${table}\``, (rows / records).toFixed(2), bytes));
  console.log(line(`\`${table}\`, indexes`, '', indexBytes));
}
console.log(
  line(
    '**PostgreSQL**',
    '',
    sizes.reduce((sum, size) => sum + size.bytes + size.indexBytes, 0),
  ),
);

const url = process.env['ELASTICSEARCH_URL'];
if (url !== undefined) {
  const client = await createSearchClient(url);
  const stats = await client.indices.stats({ index: process.env['ALIAS'] ?? DEFAULT_ALIAS, metric: ['store', 'docs'] });
  console.log(
    line(
      '**Elasticsearch**',
      ((stats._all.primaries?.docs?.count ?? 0) / records).toFixed(2),
      stats._all.primaries?.store?.size_in_bytes ?? 0,
    ),
  );
  await client.close();
}
