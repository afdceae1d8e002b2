/** `node scripts/capacity.ts`: writes the tables of docs/capacity.md from the costs in docs/performance.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacityTable, costsOf, type Measured, queueTable } from './capacity/estimate.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const costs = costsOf(JSON.parse(readFileSync(join(docs, 'performance.json'), 'utf8')) as Measured);
const file = join(docs, 'capacity.md');
const tables = { figures: capacityTable(costs), queues: queueTable(costs) };
const text = Object.entries(tables).reduce(
  (page, [name, table]) =>
    page.replace(
      new RegExp(`(<!-- begin ${name} -->\n)[^]*(<!-- end ${name} -->)`),
      (_, begin: string, end: string) => `${begin}${table}\n${end}`,
    ),
  readFileSync(file, 'utf8'),
);
writeFileSync(file, text);
