/** What the log has of an error. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly status?: number;
  /** Of errors that no server and no socket explains. */
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const longestMessage = 500;
const stackLines = 8;
const deepestCause = 4;

const cut = (text: string): string => (text.length > longestMessage ? `${text.slice(0, longestMessage - 1)}…` : text);

/** Errors without a code that say all there is to say: of ioredis, pg and BullMQ. */
const expected =
  /^(?:could not renew lock|Lock mismatch|Missing lock|Missing key|Connection is closed|Connection terminated|Socket timeout|timeout e|Client has encountered a connection error|Command timed out|Reached the max retries|[A-Z]{3,} )/;

/**
 * Message, code, cause and, where it helps, the beginning of the stack. Other properties are left out: libraries hang clients,
 * commands and whole requests on their errors, with passwords and records in them.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: cut(typeof error === 'string' ? error : messageOf(error)) };
  const { code, statusCode, status = statusCode } = error as { code?: unknown; statusCode?: unknown; status?: unknown };
  const known = typeof code === 'string' || typeof code === 'number' ? code : undefined;
  const why: unknown = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  const unexpected = known === undefined && why === undefined && !expected.test(error.message) && error.name !== 'ReplyError';
  return {
    type: error.name,
    message: cut(error.message),
    ...(known !== undefined && { code: known }),
    ...(typeof status === 'number' && { status }),
    ...(unexpected && error.stack !== undefined && { stack: stackOf(error) }),
    ...(why !== undefined && depth < deepestCause && { cause: describeError(why, depth + 1) }),
  };
}

const messageOf = (error: unknown): string => {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
};

const stackOf = ({ stack = '', message }: Error): string => {
  const frames = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
  return frames.split('\n').filter(Boolean).slice(0, stackLines).join('\n');
};
