/**
 * What can go wrong between a request and its parsed answer, one class per fact. Facts are in fields; the message is one
 * sentence a user can act on. None of these classes decides whether to try again.
 */

/** The codes of OAI-PMH 2.0, section 3.6. Servers send others too, so an `OaiErrorItem` carries any string. */
export const OAI_ERROR_CODES = [
  'badArgument',
  'badResumptionToken',
  'badVerb',
  'cannotDisseminateFormat',
  'idDoesNotExist',
  'noRecordsMatch',
  'noMetadataFormats',
  'noSetHierarchy',
] as const;

/** One `error` element of an answer: its code (OAI-PMH 2.0, 3.6, or the server's own) and its text. */
export interface OaiErrorItem {
  /** As sent, usually one of `OAI_ERROR_CODES`; `''` where the element has no code. */
  readonly code: string;
  /** Text of the element, white space collapsed; often `''`. */
  readonly message: string;
}

/** The server answered with an OAI-PMH error, whatever the HTTP status was (Zenodo sends 422, others 200 or 404). */
export class OaiError extends Error {
  override readonly name = 'OaiError';
  readonly code: string;
  /** What the server wrote, `''` if nothing. */
  readonly serverMessage: string;
  readonly httpStatus: number | null;
  readonly url: string | null;
  readonly errors: readonly OaiErrorItem[];

  constructor(errors: readonly OaiErrorItem[], facts: { httpStatus?: number; url?: string } = {}) {
    const first = errors[0] ?? { code: '', message: '' };
    super(`the server answered ${first.code || 'an error without a code'}${first.message && `: ${first.message}`}`);
    this.code = first.code;
    this.serverMessage = first.message;
    this.httpStatus = facts.httpStatus ?? null;
    this.url = facts.url ?? null;
    this.errors = errors;
  }
}

/** An HTTP status that is not a success, and no OAI-PMH error in the body. */
export class OaiHttpError extends Error {
  override readonly name = 'OaiHttpError';
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From `Retry-After`, only for 429 and 503. */
  readonly retryAfterMs: number | null;
  /** First 500 characters of the body. */
  readonly bodyStart: string;

  constructor(facts: {
    status: number;
    url: string;
    headers: Readonly<Record<string, string>>;
    retryAfterMs: number | null;
    bodyStart: string;
  }) {
    const wait = facts.retryAfterMs === null ? '' : `, to be tried again in ${Math.ceil(facts.retryAfterMs / 1000)} s`;
    super(`${facts.url} answered HTTP ${facts.status}${wait}`);
    this.status = facts.status;
    this.url = facts.url;
    this.headers = facts.headers;
    this.retryAfterMs = facts.retryAfterMs;
    this.bodyStart = facts.bodyStart;
  }
}

/**
 * What kept an answer from arriving whole. `too-large`, `redirect` and `address` (of a host to which no request
 * may go) are the client's own limits; `encoding` is a compressed body that does not decompress.
 */
export type NoReplyReason = 'timeout' | 'connection' | 'cut-off' | 'too-large' | 'redirect' | 'address' | 'encoding';

/** No usable answer arrived. The server may have acted on the request all the same (a list token may be used up). */
export class NoReplyError extends Error {
  override readonly name = 'NoReplyError';
  readonly url: string;
  readonly reason: NoReplyReason;

  constructor(message: string, facts: { url: string; reason: NoReplyReason; cause?: unknown }) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.url = facts.url;
    this.reason = facts.reason;
  }
}

/** The answer is no OAI-PMH document of the expected kind: an HTML page, an empty body, another verb's answer. */
export class NotOaiError extends Error {
  override readonly name = 'NotOaiError';
}

/** A list handed out a resumption token a second time: following it would never end. */
export class TokenLoopError extends Error {
  override readonly name = 'TokenLoopError';
  readonly resumptionToken: string;

  constructor(resumptionToken: string) {
    super(`the server repeated the resumptionToken ${resumptionToken.slice(0, 80)}, the list would never end`);
    this.resumptionToken = resumptionToken;
  }
}

/** Not well-formed, not namespace-well-formed, or refused (a DOCTYPE, too deep). Line and column count from 1. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly reason: string;
  readonly line: number;
  readonly column: number;

  constructor(reason: string, line: number, column: number) {
    super(`${reason} (line ${line}, column ${column})`);
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}
