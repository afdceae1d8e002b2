/** The whole of a bulk request was refused or lost; nothing is known about its items. Sending it again is safe. */
export class BulkRequestError extends Error {
  override readonly name = 'BulkRequestError';
  readonly status: number | null;
  readonly attempts: number;
  /** The server rejects such requests (no permission, a proxy in between …). A retry does not help until somebody changes that. */
  readonly refused: boolean;

  constructor(facts: { status: number | null; attempts: number; reason: string; refused: boolean }, options: { cause: unknown }) {
    const { status, reason } = facts;
    super(`Elasticsearch did not accept documents: ${status === null ? '' : `HTTP ${status}, `}${reason}`, options);
    this.status = status;
    this.attempts = facts.attempts;
    this.refused = facts.refused;
  }
}

/** The alias or index does not exist (deleted, or `ensureIndex` has not run). */
export class IndexMissingError extends Error {
  override readonly name = 'IndexMissingError';
  readonly target: string;

  constructor(target: string, options?: { cause: unknown }) {
    super('the search index does not exist', options);
    this.target = target;
  }
}

/** A name that Thresher needs belongs to another index. */
export class IndexConflictError extends Error {
  override readonly name = 'IndexConflictError';
  readonly index: string;
  readonly storeId: string | null;

  constructor(index: string, storeId: string | null) {
    super('the index belongs to something else: delete or rename it, or use another alias');
    this.index = index;
    this.storeId = storeId;
  }
}

/** Elasticsearch did not answer, or answered that it cannot work now (5xx, 429). */
export class SearchUnavailableError extends Error {
  override readonly name = 'SearchUnavailableError';
  readonly status: number | null;

  constructor(status: number | null, options: { cause: unknown }) {
    super('Elasticsearch does not answer', options);
    this.status = status;
  }
}

/**
 * Elasticsearch stopped a search at its time limit. That is no fault of the query by itself: on a busy server any query, even one
 * without words, may take too long.
 */
export class SearchTooSlowError extends Error {
  override readonly name = 'SearchTooSlowError';

  constructor() {
    super('the search took too long for Elasticsearch: use fewer patterns or longer words, or try again in a moment');
  }
}

/** Why a query was refused. The API uses it as the `code` of its problem document. */
export type QueryErrorCode =
  | 'syntax'
  | 'unknown-field'
  | 'wrong-value'
  | 'too-complex'
  | 'beyond-window'
  | 'expired-cursor'
  | 'wrong-parameter';

/** The query cannot be run. The message names what to change. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: QueryErrorCode;
  /** Position in `q`, from 0; null if no single position is at fault. */
  readonly position: number | null;
  /** The parameter at fault (`q`, `size`, `sort` …). */
  readonly parameter: string;

  constructor(
    message: string,
    facts: { code: QueryErrorCode; position?: number | null; parameter?: string },
    options?: { cause: unknown },
  ) {
    super(message, options);
    this.code = facts.code;
    this.position = facts.position ?? null;
    this.parameter = facts.parameter ?? 'q';
  }
}
