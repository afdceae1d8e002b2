import { destination, pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { redactText } from './redact.ts';
import type { LogLevel } from './variables.ts';

export type { Logger } from 'pino';

/** Options of {@link createLogger}. `pretty` is lines for people instead of JSON; left out, a terminal decides. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly pretty?: boolean;
}

/**
 * A logger that writes to standard error, since standard output is for data. One event is one line of JSON with an
 * ISO time and `err` for errors (see `describeError`); no URL in it carries a secret. Written synchronously: the last line
 * before a crash is the one that is wanted.
 */
export function createLogger(options: LoggerOptions): Logger {
  const pretty = options.pretty ?? process.stderr.isTTY;
  const stderr = destination({ fd: process.stderr.fd, sync: true });
  const serializers = { err: (error: unknown) => describeError(error), error: (error: unknown) => describeError(error) };
  const base = {
    level: options.level,
    base: null,
    serializers,
    hooks: { streamWrite: redactText },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return pretty ? pino(base, PinoPretty({ destination: stderr, translateTime: 'SYS:HH:MM:ss' })) : pino(base, stderr);
}
