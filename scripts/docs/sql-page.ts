import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, describeFunctions, describeTables } from '@thresher/store/database';
import { fillMarked } from './markers.ts';
import { sqlReference } from './sql-reference.ts';

export const sqlPagePath: string = join(import.meta.dirname, '..', '..', 'docs', 'sql.md');

/** docs/sql.md as it should be for this database: what is written by hand stays, the reference is made again. */
export async function renderSqlPage(db: Db): Promise<string> {
  const reference = sqlReference(await describeTables(db, ['public', 'analytics', 'harvest']), await describeFunctions(db, ['analytics']));
  return Object.entries(reference).reduce((page, [name, text]) => fillMarked(page, name, text), readFileSync(sqlPagePath, 'utf8'));
}

export async function writeSqlPage(db: Db): Promise<void> {
  writeFileSync(sqlPagePath, await renderSqlPage(db));
}
