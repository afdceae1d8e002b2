import { parseXml } from '@thresher/oai';
import fc from 'fast-check';
import { type CountedApi, openCountedApi, SECRET } from './api-service.ts';
import { hostileText } from './api-values.ts';
import { defineFuzzer } from './fuzzer.ts';
import type { RawReply } from './raw-http.ts';

/** The instant that is settled, the list, its count with a transaction, its subsets. */
const MOST_STATEMENTS = 6;
const MOST_BYTES = 3_000_000;

interface OaiInput {
  readonly args: readonly (readonly [name: string, value: string])[];
  readonly isPost: boolean;
}

const verb = fc.constantFrom('Identify', 'ListMetadataFormats', 'ListSets', 'ListIdentifiers', 'ListRecords', 'GetRecord');
const number = fc.oneof(
  fc.constantFrom(0, -1, 1.5, 1e16, Number.MAX_SAFE_INTEGER, 2 ** 53, 1_700_000_000_000_000, 253_402_300_799_000_000),
  fc.nat(),
);
const part: fc.Arbitrary<unknown> = fc.oneof(
  number,
  hostileText,
  fc.constantFrom(null, true, [], {}, ['user-sea'], ['\u0000'], ['\ud800'], [['a']], 'oai_dc', 'oai_datacite', 'dcat'),
  fc.array(hostileText, { maxLength: 30 }),
);
/** As ours are, with one part or more of another kind. */
const forged = fc.oneof(
  fc
    .tuple(fc.constantFrom('oai_dc', 'marcxml', 'dcat'), part, number, part, number, number, number, part)
    .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
  fc.tuple(hostileText, number).map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
  fc.json({ maxDepth: 4 }).map((json) => Buffer.from(json).toString('base64url')),
  hostileText,
);
const argument = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constant('metadataPrefix'), fc.oneof(fc.constantFrom('oai_dc', 'oai_datacite', 'dcat'), hostileText)),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant('resumptionToken'), forged) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('identifier'), fc.oneof(fc.constantFrom('oai:zenodo.org:90007', 'oai:zenodo.org:90008'), hostileText)),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('from', 'until', 'set'), hostileText) },
  { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) },
);

/** `/oai2d`: whatever is asked, the answer is a document of OAI-PMH within limits. */
export const apiOai = defineFuzzer<OaiInput>({
  name: 'OAI provider',
  shortInputs: 200,
  inputs: 10_000,
  arbitrary: fc.record({
    args: fc
      .tuple(fc.oneof({ weight: 8, arbitrary: verb }, { weight: 1, arbitrary: hostileText }), fc.array(argument, { maxLength: 3 }))
      .map(([named, rest]) => [['verb', named] as const, ...rest]),
    isPost: fc.boolean(),
  }),
  corpus: [
    { name: 'a set of a lone surrogate', make: () => forgedList(['oai_dc', 0, 1_700_000_000_000_000, ['\ud800'], 0, 0, 0, 0]) },
    { name: 'the end of time', make: () => forgedList(['oai_dc', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, null, 0, 0, 0, null]) },
    {
      name: 'ten thousand sets',
      make: () => forgedList(['oai_dc', null, Number.MAX_SAFE_INTEGER, Array(10_000).fill('a'), 0, 0, 0, null]),
    },
  ],
  show: (input) => JSON.stringify(input).slice(0, 300),
  open: async (env, resources) => {
    const api = await openCountedApi(env, resources);
    return async ({ args, isPost }) => {
      const form = args.map((pair) => pair.map((one) => encodeURIComponent(one.toWellFormed())).join('=')).join('&');
      const reply = await askOai(api, form, isPost);
      const fault = faultOf(reply);
      if (fault !== null) throw new Error(`${isPost ? 'POST' : 'GET'} ${form.slice(0, 300)}: ${fault}`);
    };
  },
});

function forgedList(parts: readonly unknown[]): OaiInput {
  const token = Buffer.from(JSON.stringify(parts)).toString('base64url');
  return {
    args: [
      ['verb', 'ListRecords'],
      ['resumptionToken', token],
    ],
    isPost: true,
  };
}

function askOai(api: CountedApi, form: string, isPost: boolean): ReturnType<CountedApi['ask']> {
  const headers = [
    ['host', '127.0.0.1'],
    ['authorization', `Bearer ${SECRET}`],
  ] as const;
  if (!isPost) return api.ask({ method: 'GET', target: `/oai2d?${form.slice(0, 12_000)}`, headers, body: null });
  return api.ask({
    method: 'POST',
    target: '/oai2d',
    headers: [...headers, ['content-type', 'application/x-www-form-urlencoded']],
    body: form,
  });
}

function faultOf({ status, headers, body, statements }: RawReply & { readonly statements: number }): string | null {
  if (status === 413) return null;
  if (status !== 200) return `status ${status}: ${body.toString().slice(0, 300)}`;
  if (statements > MOST_STATEMENTS || body.length > MOST_BYTES) return `${statements} statements, ${body.length} bytes`;
  if (headers.get('content-type') !== 'text/xml; charset=utf-8') return `content type ${headers.get('content-type')}`;
  const text = body.toString();
  if (text.includes(SECRET)) return 'the key is repeated';
  const root = parseXml(text);
  const names = root.children.map((child) => child.name).slice(2);
  return root.name === 'OAI-PMH' && names.length === 1 ? null : `the answer holds ${names.join(', ') || 'nothing'}`;
}
