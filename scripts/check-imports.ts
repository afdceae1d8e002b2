/** Checks the imports of the whole repository; `npm run check` runs it. */
import { join } from 'node:path';
import { checkTree } from './imports/check-tree.ts';

const breaches = checkTree(join(import.meta.dirname, '..'));
for (const { file, line, rule } of breaches) console.error(`${file}:${line} ${rule}`);
if (breaches.length > 0) process.exitCode = 1;
