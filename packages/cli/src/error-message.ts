import { ApiProblem } from '@thresher/api/problem';
import { NoReplyError, NotOaiError, OaiError, OaiHttpError, XmlError } from '@thresher/oai';
import {
  DocumentsWaitError,
  DumpChecksumError,
  DumpReplacedError,
  DumpTakenError,
  DumpUnreadableError,
  HarvestStoppedError,
  ReadInChildError,
  HostBlockedError,
  NoCompleteRunError,
  NoDumpError,
  NotReadyError,
  OtherRunError,
  OtherSourceError,
  RedisRefusedError,
  ReindexRunningError,
  SearchRefusedError,
  UnknownSourceError,
} from '@thresher/pipeline';
import { certificateFault, ConfigError, withCauses } from '@thresher/runtime';
import { IndexMissingError, QueryError, SearchTooSlowError, SearchUnavailableError } from '@thresher/search';
import {
  BackupError,
  type Exhaustion,
  exhaustionOf,
  isLostConnection,
  NotReadOnlyError,
  ReadLoginError,
  reasonOf,
} from '@thresher/store/database';
import { NotRepairableError } from '@thresher/store/harvest';
import { exit, type ExitCode, UsageError } from './io.ts';
import { SqlError } from './sql/sql-error.ts';

/** Errors whose message helps the user without an explanation. */
const spoken = [
  ApiProblem,
  BackupError,
  NoDumpError,
  NoReplyError,
  NotOaiError,
  NotReadOnlyError,
  NotReadyError,
  OaiHttpError,
  ReadLoginError,
  DumpChecksumError,
  DumpReplacedError,
  DumpTakenError,
  DumpUnreadableError,
  HarvestStoppedError,
  ReadInChildError,
  HostBlockedError,
  DocumentsWaitError,
  ReindexRunningError,
  SearchRefusedError,
  SearchTooSlowError,
  SearchUnavailableError,
  IndexMissingError,
  SqlError,
] as const;
const misused = [
  UsageError,
  ConfigError,
  NoCompleteRunError,
  NotRepairableError,
  OtherRunError,
  OtherSourceError,
  UnknownSourceError,
  QueryError,
] as const;

interface ErrorMessage {
  readonly text: string;
  readonly code: ExitCode;
  /** An unexpected error, whose stack is printed. */
  readonly unforeseen: boolean;
}

/** The message of an error for the user, and its exit code. */
export function errorMessageFor(error: unknown): ErrorMessage {
  if (misused.some((type) => error instanceof type)) return { text: (error as Error).message, code: exit.usage, unforeseen: false };
  if (spoken.some((type) => error instanceof type)) return { text: (error as Error).message, code: exit.failed, unforeseen: false };
  if (error instanceof XmlError)
    return { text: `the endpoint did not answer with well-formed XML: ${error.message}`, code: exit.failed, unforeseen: false };
  if (error instanceof OaiError) return { text: `${error.message}${adviceFor(error.code)}`, code: exit.failed, unforeseen: false };
  if (error instanceof RedisRefusedError) return { text: error.message, code: exit.failed, unforeseen: false };
  const refused = refusedConnection(error) ?? certificateFault(error);
  if (refused !== null) return { text: refused, code: exit.failed, unforeseen: false };
  if (isLostConnection(error))
    return {
      text: `the connection to PostgreSQL was lost (${reasonOf(error)}): finished work is stored, and the same command continues from here`,
      code: exit.failed,
      unforeseen: false,
    };
  const exhaustion = exhaustionOf(error);
  if (exhaustion !== null) return { text: exhausted(exhaustion, error as Error), code: exit.failed, unforeseen: false };
  return { text: error instanceof Error ? error.message : String(error), code: exit.failed, unforeseen: true };
}

function exhausted(what: Exhaustion, { message }: Error): string {
  const [state, remedy] =
    what === 'time' ? ['is too busy', 'try again later'] : ['has no disk space, memory or connection left', 'give it more'];
  return `PostgreSQL ${state} (${message}): ${remedy}; finished work is stored, and the same command continues from here`;
}

function adviceFor(code: string): string {
  switch (code) {
    case 'idDoesNotExist':
      return ' (the repository has no record of this identifier)';
    case 'cannotDisseminateFormat':
      return ' (thresher list-formats URL says which formats there are)';
    default:
      return '';
  }
}

/** PostgreSQL that does not listen, out of an error of `pg`. */
function refusedConnection(error: unknown): string | null {
  const refused = withCauses(error).find(({ code }) => code === 'ECONNREFUSED');
  return refused === undefined ? null : `${refused.message}: is the server of DATABASE_URL running? npm run services starts all of them`;
}
