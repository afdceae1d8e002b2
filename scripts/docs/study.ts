import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Db } from '@thresher/store';
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

/** The page with the result of its query in this database. The query runs as the reader, who may read only. */
export async function renderStudy(db: Db, study: Study): Promise<string> {
  const client = await db.pool.connect();
  try {
    await client.query('begin read only');
    await client.query('set local role thresher_reader');
    const { fields, rows } = await client.query<string[]>({ text: study.sql, rowMode: 'array', types: { getTypeParser: () => String } });
    return fillMarked(
      study.page,
      'result',
      markdown(
        fields.map((field) => field.name),
        rows,
      ),
    );
  } finally {
    await client.query('rollback');
    client.release();
  }
}

function markdown(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const line = (cells: readonly (string | null)[]): string => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
