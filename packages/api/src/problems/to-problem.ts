import { IndexMissingError, QueryError, SearchTooSlowError, SearchUnavailableError } from '@thresher/search';
import { exhaustionOf, isLostConnection } from '@thresher/store/database';
import type { FastifyError } from 'fastify';
import { ApiProblem } from './problem.ts';
import { validationProblem } from './validation.ts';

/** The problem document of an error. Internal errors do not reveal details. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof QueryError) return queryProblem(error);
  if (error instanceof SearchUnavailableError)
    return unavailable(
      'search-unavailable',
      'Elasticsearch does not answer: look up records by identifier, or try again in a moment',
      error,
    );
  if (error instanceof SearchTooSlowError) return unavailable('too-slow', error.message, error);
  if (error instanceof IndexMissingError)
    return unavailable('search-unavailable', 'there is no search index yet: run npx thresher reindex', error);
  if (isLostConnection(error)) return unavailable('database-unavailable', 'PostgreSQL does not answer: try again in a moment', error);
  const lacking = exhaustionOf(error);
  if (lacking === 'time')
    return unavailable('too-slow', 'the request took too long for PostgreSQL: narrow it down, or try again in a moment', error);
  if (lacking === 'resources') return unavailable('database-unavailable', 'PostgreSQL has too much to do: try again in a moment', error);
  if (isFastifyError(error) && error.validation) return validationProblem(error);
  if (isFastifyError(error) && error.statusCode !== undefined && error.statusCode < 500)
    return new ApiProblem(error.statusCode, 'bad-request', error.message, {}, { cause: error });
  return new ApiProblem(
    500,
    'internal-error',
    'the request failed for a reason that is in the log next to its request_id',
    {},
    { cause: error },
  );
}

function queryProblem(error: QueryError): ApiProblem {
  const code =
    error.code === 'beyond-window' || error.code === 'expired-cursor' || error.code === 'wrong-parameter' ? error.code : 'bad-query';
  const members = { parameter: error.parameter, ...(error.position !== null && { position: error.position }) };
  return new ApiProblem(400, code, error.message, members, { cause: error });
}

function unavailable(code: 'search-unavailable' | 'database-unavailable' | 'too-slow', detail: string, cause: unknown): ApiProblem {
  return new ApiProblem(503, code, detail, {}, { cause });
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');
}
