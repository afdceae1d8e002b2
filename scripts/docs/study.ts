import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Db, readRows } from '@thresher/store/database';
import { fillMarked } from './markers.ts';

export const studyFolder: string = join(import.meta.dirname, '..', '..', 'docs', 'studies');

export interface Study {
  readonly file: string;
  readonly page: string;
  readonly sql: string;
}

/** A study without exactly one SQL query. */
export class StudyError extends Error {
  override readonly name = 'StudyError';
}

/** The studies in docs/studies, by file name. The README is none. */
export function readStudies(): Study[] {
  return globSync('[0-9]*.md', { cwd: studyFolder })
    .toSorted()
    .map((name) => readStudy(join(studyFolder, name)));
}

function readStudy(file: string): Study {
  const page = readFileSync(file, 'utf8');
  const queries = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1]!.trim());
  if (queries.length !== 1) throw new StudyError(`${basename(file)} has ${queries.length} queries`);
  return { file, page, sql: queries[0]! };
}

/** The page with the result of its query in this database, `db` being logged in as a role that can only read. Throws as `readRows` does. */
export async function renderStudy(db: Db, study: Study): Promise<string> {
  let head: readonly string[] = [];
  const rows: (readonly (string | null)[])[] = [];
  for await (const portion of readRows(db, study.sql, { timeoutMs: 60_000, asText: true, signal: new AbortController().signal })) {
    head = portion.columns.map((column) => column.name);
    rows.push(...(portion.rows as (string | null)[][]));
  }
  return fillMarked(study.page, 'result', markdown(head, rows));
}

function markdown(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const line = (cells: readonly (string | null)[]): string => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
