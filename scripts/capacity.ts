/** `node scripts/capacity.ts`: writes the table of docs/capacity.md from the costs in docs/performance.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacityTable, costsOf, type Measured } from './capacity/estimate.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const costs = costsOf(JSON.parse(readFileSync(join(docs, 'performance.json'), 'utf8')) as Measured);
const file = join(docs, 'capacity.md');
const text = readFileSync(file, 'utf8');
writeFileSync(
  file,
  text.replace(
    /(<!-- begin figures -->\n)[^]*(\n<!-- end figures -->)/,
    (_, begin: string, end: string) => `${begin}${capacityTable(costs)}${end}`,
  ),
);
