import type { Db } from '@thresher/store/database';
import { findSource, type Source } from '@thresher/store/harvest';
import { Type } from 'typebox';
import { ApiProblem } from '../problems/problem.ts';

/** A source in a path. */
export const SourceParams = Type.Object({ source: Type.String({ maxLength: 2_000, description: 'Name of the source' }) });

/** The source of a name. Throws an `ApiProblem` if there is none. */
export async function mustBeSource(db: Db, name: string): Promise<Source> {
  const source = await findSource(db, name);
  if (source === undefined)
    throw new ApiProblem(404, 'unknown-source', `there is no source ${JSON.stringify(name)}: /api/harvest lists them`);
  return source;
}
