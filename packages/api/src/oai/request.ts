import { isMetadataPrefix, type MetadataPrefix } from './formats.ts';
import { OaiFault } from './oai-error.ts';
import { type ListPlace, type ListVerb, readListToken, readSetsToken, type SetsPlace } from './token.ts';

/** The records that a list contains. Instants are milliseconds since 1970; `until` is exclusive. */
export interface ListRequest {
  readonly metadataPrefix: MetadataPrefix;
  readonly from: number | null;
  readonly until: number | null;
  readonly set: string | null;
}

/** A valid request, as far as that can be decided without reading records. */
export type OaiRequest =
  | { readonly verb: 'Identify' }
  | { readonly verb: 'ListMetadataFormats'; readonly identifier: string | null }
  | { readonly verb: 'ListSets'; readonly resumptionToken: SetsPlace | null }
  | { readonly verb: 'GetRecord'; readonly identifier: string; readonly metadataPrefix: MetadataPrefix }
  | { readonly verb: ListVerb; readonly resumptionToken: ListPlace }
  | ({ readonly verb: ListVerb; readonly resumptionToken: null } & ListRequest);

interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const LIST: Rule = { required: ['metadataPrefix'], optional: ['from', 'until', 'set'] };
const RULES: Readonly<Record<OaiRequest['verb'], Rule>> = {
  Identify: { required: [], optional: [] },
  ListMetadataFormats: { required: [], optional: ['identifier'] },
  ListSets: { required: [], optional: [] },
  GetRecord: { required: ['identifier', 'metadataPrefix'], optional: [] },
  ListRecords: LIST,
  ListIdentifiers: LIST,
};
const RESUMABLE: ReadonlySet<string> = new Set(['ListSets', 'ListRecords', 'ListIdentifiers']);

/** Reads the arguments of a request, from its query or its form. Throws `OaiFault`. Pure. */
export function readOaiRequest(parameters: URLSearchParams): OaiRequest {
  const verb = readVerb(parameters);
  const args = readArguments(parameters, verb);
  const token = args.get('resumptionToken');
  switch (verb) {
    case 'Identify':
      return { verb };
    case 'ListMetadataFormats':
      return { verb, identifier: args.get('identifier') ?? null };
    case 'ListSets':
      return { verb, resumptionToken: token === undefined ? null : readSetsToken(token) };
    case 'GetRecord':
      return { verb, identifier: args.get('identifier')!, metadataPrefix: readPrefix(args.get('metadataPrefix')!) };
    case 'ListRecords':
    case 'ListIdentifiers':
      return token === undefined
        ? { verb, resumptionToken: null, ...readList(args) }
        : { verb, resumptionToken: readListToken(token, verb) };
  }
}

function readVerb(parameters: URLSearchParams): OaiRequest['verb'] {
  const verbs = parameters.getAll('verb');
  const names = Object.keys(RULES).join(', ');
  if (verbs.length === 0) throw new OaiFault('badVerb', `the argument verb is missing: it is one of ${names}`);
  if (verbs.length > 1) throw new OaiFault('badVerb', 'the argument verb may be given once only');
  if (!Object.hasOwn(RULES, verbs[0]!)) throw new OaiFault('badVerb', `there is no such verb: it is one of ${names}`);
  return verbs[0] as OaiRequest['verb'];
}

function readArguments(parameters: URLSearchParams, verb: OaiRequest['verb']): ReadonlyMap<string, string> {
  const { required, optional } = RULES[verb];
  const names = [...parameters.keys()].filter((name) => name !== 'verb');
  const known = [...required, ...optional, ...(RESUMABLE.has(verb) ? ['resumptionToken'] : [])];
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new OaiFault('badArgument', `${verb} takes no argument ${quoted(stranger)}: it takes ${known.join(', ') || 'none'}`);
  const twice = names.find((name) => parameters.getAll(name).length > 1);
  if (twice !== undefined) throw new OaiFault('badArgument', `the argument ${twice} may be given once only`);
  if (names.includes('resumptionToken')) {
    if (names.length > 1) throw new OaiFault('badArgument', 'next to resumptionToken no other argument may be given but verb');
  } else {
    const missing = required.find((name) => !names.includes(name));
    if (missing !== undefined) throw new OaiFault('badArgument', `${verb} needs the argument ${missing}`);
  }
  return new Map(names.map((name) => [name, parameters.get(name)!]));
}

function readPrefix(text: string): MetadataPrefix {
  if (isMetadataPrefix(text)) return text;
  throw new OaiFault('cannotDisseminateFormat', `there is no metadataPrefix ${quoted(text)}: ListMetadataFormats names those there are`);
}

function readList(args: ReadonlyMap<string, string>): ListRequest {
  const from = readDatestamp(args, 'from');
  const until = readDatestamp(args, 'until');
  if (from !== null && until !== null) {
    if (from.granularity !== until.granularity)
      throw new OaiFault('badArgument', 'from and until must have the same granularity: both days or both with a time');
    if (from.at > until.at) throw new OaiFault('badArgument', 'from lies after until');
  }
  const metadataPrefix = readPrefix(args.get('metadataPrefix')!);
  return { metadataPrefix, from: from?.at ?? null, until: until === null ? null : until.at + until.granularity, set: readSet(args) };
}

/** Letters, digits and what RFC 2396 calls marks; real repositories use a little more, but no control characters. */
function readSet(args: ReadonlyMap<string, string>): string | null {
  const set = args.get('set') ?? null;
  if (set !== null && (set === '' || /[\p{Cc}\s]/u.test(set)))
    throw new OaiFault('badArgument', 'set is not a setSpec: ListSets names those there are');
  return set;
}

const DAY = 86_400_000;
const SECOND = 1_000;

function readDatestamp(args: ReadonlyMap<string, string>, name: 'from' | 'until'): { at: number; granularity: number } | null {
  const text = args.get(name);
  if (text === undefined) return null;
  const shape = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\dZ)?$/.exec(text);
  const at = Date.parse(text);
  // Date.parse takes 30 February for 1 March.
  if (shape === null || Number.isNaN(at) || !new Date(at).toISOString().startsWith(shape[1]!))
    throw new OaiFault('badArgument', `${name} is not a datestamp: write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ`);
  return { at, granularity: shape[2] === undefined ? DAY : SECOND };
}

function quoted(text: string): string {
  return `'${text.length > 100 ? `${text.slice(0, 100)}…` : text}'`;
}
