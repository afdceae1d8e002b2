/** `npm run docs:zenodo`: writes the tables of docs/zenodo-api.md again from those that the tests check. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zenodoPageParts } from '@thresher/api/zenodo-page';
import { fillMarked } from './docs/markers.ts';

const path = join(import.meta.dirname, '..', 'docs', 'zenodo-api.md');
const parts = Object.entries(zenodoPageParts());
writeFileSync(
  path,
  parts.reduce((page, [name, text]) => fillMarked(page, name, text), readFileSync(path, 'utf8')),
);
console.error('docs/zenodo-api.md is up to date');
