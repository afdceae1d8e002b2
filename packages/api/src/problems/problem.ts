import { Type, type Static } from 'typebox';

/** A problem document (RFC 9457). `message` and `status` are what Zenodo's own errors have. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:thresher:problem:CODE; identifies the kind of problem' }),
    title: Type.String({ description: 'The kind of problem, in a few words' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong with this request and what to do' }),
    message: Type.String({ description: 'The same as detail, where clients of Zenodo look for it' }),
    request_id: Type.String({ description: 'Stands in the log next to the request' }),
    parameter: Type.Optional(Type.String({ description: 'The parameter at fault' })),
    position: Type.Optional(Type.Integer({ description: 'Where in the parameter, counted from 0' })),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String(), messages: Type.Array(Type.String()) }), {
        description: 'The parameters at fault, as Zenodo and InvenioRDM list them',
      }),
    ),
  },
  { $id: 'Problem', description: 'A problem document (RFC 9457); some kinds have their own members', additionalProperties: true },
);
export type Problem = Static<typeof Problem>;

const TITLES = {
  'bad-request': 'The request cannot be read',
  'wrong-parameter': 'A parameter is wrong',
  'not-acceptable': 'There is no such format',
  'bad-query': 'The query cannot be run',
  'beyond-window': 'The page lies beyond the first 10,000 hits',
  'expired-cursor': 'The cursor has expired',
  'unknown-path': 'There is nothing at this path',
  'unknown-record': 'There is no such record',
  'ambiguous-record': 'Several records share this number',
  'unknown-community': 'There is no such community',
  'unknown-run': 'There is no such run',
  'unknown-source': 'There is no such source',
  'unknown-webhook': 'There is no such webhook',
  'not-now': 'This cannot be done now',
  'deleted-record': 'The record was deleted',
  'unknown-key': 'The API key is not known, or one is needed',
  'admin-only': 'Only the operator may do this',
  'too-many-requests': 'Too many requests',
  'login-needed': 'This needs a login at the source',
  'read-only': 'This is a read mirror',
  'search-unavailable': 'Search is not available',
  'database-unavailable': 'The database is not available',
  'too-slow': 'The request took too long',
  'not-ready': 'The service is not ready',
  overloaded: 'Too many requests are being answered',
  'internal-error': 'Something went wrong here',
} as const;

export type ProblemCode = keyof typeof TITLES;

/** Thrown by routes; the error handler makes a problem document of it. `message` is for the person who asked. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: ProblemCode;
  /** Further members of the document. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: ProblemCode,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
    options?: { cause: unknown },
  ) {
    super(detail, options);
    this.status = status;
    this.code = code;
    this.members = members;
  }
}

/** The document of a problem. */
export function problemDocument({ status, code, message, members }: ApiProblem, requestId: string): Problem {
  const { parameter } = members;
  const errors = typeof parameter === 'string' ? { errors: [{ field: parameter, message, messages: [message] }] } : {};
  const common = { type: `urn:thresher:problem:${code}`, title: TITLES[code], status, detail: message, message, request_id: requestId };
  return { ...common, ...errors, ...members };
}

/** The Content-Type of a problem document. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The description of an error answer of a route in the OpenAPI document. */
export function problemResponse(description: string): object {
  return { description, content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } };
}
