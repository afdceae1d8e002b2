import fc from 'fast-check';
import { type CountedApi, openCountedApi, SECRET } from './api-service.ts';
import { hostileText, pick } from './api-values.ts';
import { defineFuzzer } from './fuzzer.ts';
import type { RawReply, RawRequest } from './raw-http.ts';

/** Requests to Elasticsearch for one request: hits with their counts, the same misspelt, suggestions and what they find. */
const MOST_SEARCHES = 6;
/** A walk through changes reads on, and statistics are read for up to 50 records, three statements each. */
const MOST_STATEMENTS = 160;
const MOST_BYTES = 2_000_000;

/** A choice among what the schema allows, or a text. */
interface Value {
  readonly choice: number;
  readonly text: string;
}

interface RouteInput {
  /** Which operation of the OpenAPI document. */
  readonly operation: number;
  readonly path: readonly Value[];
  readonly query: readonly { readonly name: Value; readonly value: Value }[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: { readonly mediaType: string; readonly text: string } | null;
  readonly prefix: string;
  readonly isKeyInQuery: boolean;
}

const value: fc.Arbitrary<Value> = fc.record({ choice: fc.nat({ max: 200 }), text: hostileText });
const name = fc.oneof(
  { weight: 4, arbitrary: value },
  {
    weight: 1,
    arbitrary: fc.record({
      choice: fc.constant(0),
      text: fc.constantFrom('cursor', 'select', 'sort', 'format', 'since', 'f', 'bounds', '__proto__', 'constructor', 'q', 'nonsense'),
    }),
  },
);
const header = fc.tuple(
  fc.constantFrom(
    ...'accept accept-encoding accept-language if-none-match if-modified-since range origin cookie content-type host x-forwarded-host'.split(
      ' ',
    ),
    ...'x-forwarded-proto x-forwarded-for forwarded access-control-request-method expect transfer-encoding x-request-id prefer'.split(' '),
  ),
  fc.oneof(
    fc.constantFrom(
      'evil.example',
      'javascript',
      'text/html',
      'text/x-bibliography; style=apa; locale=de',
      'application/vnd.inveniordm.v1+json',
      'br;q=Infinity',
      '*/*;q=1e400',
      '"',
      'W/"',
      '*',
      'bytes=0-1e400',
      '::ffff:1, ,',
      'for="[::1"',
      'null',
      '100-continue',
      'chunked',
    ),
    // A header that holds a line end is two headers, or none.
    hostileText.map((text) => text.replaceAll(/[\r\n\u0000]/g, '').slice(0, 3_000)),
  ),
);
const body = fc.oneof(
  fc.json({ maxDepth: 3 }).map((text) => ({ mediaType: 'application/json', text })),
  fc
    .array(hostileText, { maxLength: 120 })
    .map((ids) => ({ mediaType: 'application/json', text: JSON.stringify({ ids, format: ids[0] ?? 'flat' }) })),
  fc
    .tuple(fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x'), hostileText)
    .map(([mediaType, text]) => ({
      mediaType,
      text,
    })),
);

/** Every route of the OpenAPI document: whatever is asked, it is answered, within limits. */
export const apiRoutes = defineFuzzer<RouteInput>({
  name: 'API routes',
  shortInputs: 150,
  inputs: 10_000,
  arbitrary: fc.record({
    operation: fc.nat({ max: 10_000 }),
    path: fc.array(value, { minLength: 3, maxLength: 3 }),
    query: fc.array(fc.record({ name, value }), { maxLength: 5 }),
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.option(body, { freq: 1 }),
    prefix: fc.oneof(
      { weight: 10, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('http://evil.example', 'http://[evil', 'http://evil.example:99999', '/', '//evil.example') },
    ),
    isKeyInQuery: fc.boolean(),
  }),
  corpus: [
    { name: 'a target that is a URL of no host', make: () => ({ ...PLAIN, prefix: 'http://[evil' }) },
    { name: 'a target at another host', make: () => ({ ...PLAIN, prefix: 'http://evil.example' }) },
    { name: 'the scheme javascript', make: () => ({ ...PLAIN, headers: [['x-forwarded-proto', 'javascript']] }) },
    { name: 'a header that is none', make: () => ({ ...PLAIN, headers: [['a b', 'c']] }) },
    { name: 'headers that are too long', make: () => ({ ...PLAIN, headers: [['cookie', 'x'.repeat(20_000)]] }) },
  ],
  show: (input) => JSON.stringify(input).slice(0, 300),
  open: async (env, resources) => {
    const api = await openCountedApi(env, resources);
    const operations = operationsOf(api);
    return async (input) => {
      const request = requestOf(input, pick(operations, input.operation)!);
      const reply = await api.ask(request);
      const shown = `${request.method} ${request.target.slice(0, 300)}`;
      const fault = faultOf(request, reply) ?? costFault(reply);
      if (fault !== null) throw new Error(`${shown}: ${fault}`);
      const next = request.method === 'GET' && reply.status === 200 ? nextOf(reply) : null;
      if (next === null) return;
      const { hostname, pathname, search } = new URL(next);
      const following = await api.ask({ ...PLAIN_REQUEST, target: pathname + search });
      if (hostname !== '127.0.0.1' || following.status !== 200)
        throw new Error(`${shown}: its next page ${next} is answered with ${following.status}`);
    };
  },
});

const PLAIN: RouteInput = { operation: 0, path: [], query: [], headers: [], body: null, prefix: '', isKeyInQuery: false };
const PLAIN_REQUEST: RawRequest = { method: 'GET', target: '/', headers: [['host', '127.0.0.1']], body: null };

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
}
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}

/** Those of the document, and methods and paths that it does not have. */
function operationsOf({ app }: CountedApi): Operation[] {
  const paths = (app.swagger() as unknown as { paths: Record<string, Record<string, { parameters?: Operation['parameters'] }>> }).paths;
  const known = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({ method: method.toUpperCase(), path, parameters })),
  );
  const others = [
    '/records/{id}',
    '/record/{id}',
    '/doi/{id}',
    '/search',
    '/communities/{id}',
    '/assets/{name}',
    '/sitemaps/{id}.xml',
    '/{id}',
    '/api/{id}',
  ];
  return [
    ...known,
    ...others.map((path) => ({ method: 'GET', path, parameters: [] })),
    ...['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].map((method) => ({ ...known[0]!, method })),
  ];
}

function requestOf(input: RouteInput, { method, path, parameters }: Operation): RawRequest {
  let segment = 0;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const given = input.path[segment++] ?? { choice: 0, text: '1' };
    return encodeURIComponent(valueOf(given, parameters.find((one) => one.name === parameter)?.schema).toWellFormed());
  });
  const own = parameters.filter((one) => one.in === 'query');
  const query = input.query.map(({ name: named, value: given }) => {
    const known = named.choice % 4 === 3 ? undefined : pick(own, named.choice);
    return `${encodeURIComponent((known?.name ?? named.text).toWellFormed())}=${encodeURIComponent(valueOf(given, known?.schema).toWellFormed())}`;
  });
  const key = input.isKeyInQuery ? [`access_token=${SECRET}`] : [];
  const target = `${input.prefix}${filled}?${[...query, ...key].join('&')}`;
  const hosts = input.headers.some(([header_]) => header_ === 'host') ? [] : [['host', '127.0.0.1'] as const];
  const keyHeader = input.isKeyInQuery ? [] : [['authorization', `Bearer ${SECRET}`] as const];
  const type = input.body === null || method === 'GET' ? [] : [['content-type', input.body.mediaType] as const];
  return {
    method,
    // A request line has no blanks; everything else may stand in it.
    target: target.replaceAll(/[\s\u0000]/g, '').slice(0, 12_000),
    headers: [...hosts, ...keyHeader, ...type, ...input.headers],
    body: method === 'GET' ? null : (input.body?.text ?? null),
  };
}

/** Half of the time what the schema asks for, if that is known. */
function valueOf({ choice, text }: Value, schema: Schema | undefined): string {
  const { type, enum: allowed } = schema?.items ?? schema ?? {};
  if (choice % 2 === 1) return text;
  if (allowed !== undefined) return String(pick(allowed, choice / 2));
  return type === 'integer' ? String(choice) : text;
}

/** What must hold for every reply, if it does not. */
function faultOf(request: RawRequest, { status, head, headers, body: bytes }: RawReply): string | null {
  // Two hosts, two lengths or a broken chunk end the connection, with or without a word.
  if (status === 0) return null;
  if (status >= 500) return `status ${status}: ${bytes.toString().slice(0, 300)}`;
  if (headers.has('x-injected') || /^x-injected/im.test(head)) return 'a header was injected';
  // oxlint-disable-next-line no-control-regex
  if (/[^\t\r\n\u0020-\u007e]/.test(head)) return 'a header holds other characters than ASCII';
  const text = bytes.toString();
  if (head.includes(SECRET) || text.includes(SECRET)) return 'the key is repeated';
  const isNamed =
    request.target.replace(/^(?:https?:)?\/\/[^/]*/, '').includes('evil') || request.headers.some(([, one]) => one.includes('evil'));
  if (request.target.includes('http://evil.example') && !isNamed && text.includes('evil.example')) return 'a link follows the target';
  if (/"(?:https?|javascript):\/\/evil/.test(text) || /<https?:\/\/evil/.test(head)) return 'a link leads elsewhere';
  if (status < 400 || request.method === 'HEAD' || headers.get('content-type')?.startsWith('text/html')) return null;
  return problemFault(status, headers, text);
}

function problemFault(status: number, headers: RawReply['headers'], text: string): string | null {
  if (!headers.get('content-type')?.startsWith('application/problem+json'))
    return `status ${status} is no problem document: ${text.slice(0, 200)}`;
  if (headers.has('content-encoding')) return null;
  const problem = JSON.parse(text) as Record<string, unknown>;
  const isWhole =
    problem['status'] === status && ['type', 'title', 'detail', 'request_id'].every((member) => typeof problem[member] === 'string');
  return isWhole ? null : `the problem document lacks something: ${text.slice(0, 300)}`;
}

function costFault({ searches, statements, body: bytes }: { searches: number; statements: number; body: Buffer }): string | null {
  if (searches <= MOST_SEARCHES && statements <= MOST_STATEMENTS && bytes.length <= MOST_BYTES) return null;
  return `${searches} searches, ${statements} statements, ${bytes.length} bytes`;
}

/** `links.next` of a page that is not compressed. */
function nextOf({ headers, body: bytes }: RawReply): string | null {
  if (headers.has('content-encoding') || !headers.get('content-type')?.startsWith('application/json')) return null;
  const { links } = JSON.parse(bytes.toString()) as { links?: { next?: unknown } };
  return typeof links?.next === 'string' ? links.next : null;
}
