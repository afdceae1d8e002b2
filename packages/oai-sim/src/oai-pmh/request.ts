import type { MetadataPrefix } from '../corpus/corpus.ts';
import { parseDateArgument } from './dates.ts';
import type { DateArgument } from './dates.ts';
import type { ListQuery } from '../repository/list.ts';
import type { Repository } from '../repository/repository.ts';

/** A refusal: an OAI error code with its text, or a plain HTTP error page. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: 'badArgument' | 'badVerb' | 'badResumptionToken' | 'idDoesNotExist' | 'noRecordsMatch' | 'http-500';
  constructor(code: Refusal['code'], text = '') {
    super(text);
    this.code = code;
  }
}

export type Verb = 'Identify' | 'ListMetadataFormats' | 'ListSets' | 'ListIdentifiers' | 'ListRecords' | 'GetRecord';

const ALLOWED: Record<Verb, readonly string[]> = {
  Identify: [],
  ListMetadataFormats: ['identifier'],
  ListSets: [],
  GetRecord: ['identifier', 'metadataPrefix'],
  ListIdentifiers: ['metadataPrefix', 'from', 'until', 'set'],
  ListRecords: ['metadataPrefix', 'from', 'until', 'set'],
};
const REQUIRED: Partial<Record<Verb, readonly string[]>> = {
  GetRecord: ['identifier', 'metadataPrefix'],
  ListIdentifiers: ['metadataPrefix'],
  ListRecords: ['metadataPrefix'],
};
const RESUMABLE: readonly Verb[] = ['ListSets', 'ListIdentifiers', 'ListRecords'];

export const BAD_TOKEN_TEXT = 'The value of the resumptionToken argument is invalid or expired.';

export type Arguments = ReadonlyMap<string, string>;

/** The verb and its arguments, each name once (the first one wins). Throws a `Refusal` as Zenodo refuses. */
export function readArguments(query: URLSearchParams, repository: Repository): { readonly verb: Verb; readonly args: Arguments } {
  const args = new Map<string, string>();
  for (const [name, value] of query) if (!args.has(name)) args.set(name, value);
  const verb = readVerb(args);
  const tokenGiven = args.has('resumptionToken') && RESUMABLE.includes(verb);
  const allowed = tokenGiven ? ['resumptionToken'] : ALLOWED[verb];
  for (const name of args.keys()) {
    if (name !== 'verb' && !allowed.includes(name)) throw new Refusal('badArgument', 'You have passed too many arguments.');
  }
  if (!tokenGiven && (REQUIRED[verb] ?? []).some((name) => !args.has(name)))
    throw new Refusal('badArgument', 'Missing data for required field.');
  const prefix = args.get('metadataPrefix');
  if (prefix !== undefined && !isPrefix(repository, prefix)) throw new Refusal('badArgument', 'metadataPrefix does not exist');
  return { verb, args };
}

function readVerb(args: Map<string, string>): Verb {
  const verb = args.get('verb');
  if (verb === undefined) throw new Refusal('badVerb', 'Missing data for required field.');
  // A verb that Invenio lists but does not handle.
  if (verb === 'GetMetadata') throw new Refusal('http-500');
  if (!(verb in ALLOWED)) throw new Refusal('badArgument', `This is not a valid OAI-PMH verb:${verb}`);
  return verb as Verb;
}

export function isPrefix(repository: Repository, prefix: string): prefix is MetadataPrefix {
  return (repository.corpus.prefixes as readonly string[]).includes(prefix);
}

/** The query of a first list request. */
export function readListQuery(verb: 'ListRecords' | 'ListIdentifiers', args: Arguments, repository: Repository): ListQuery {
  const from = readDate(args.get('from'));
  const until = readDate(args.get('until'));
  checkWindow(repository, from, until);
  return {
    verb,
    metadataPrefix: args.get('metadataPrefix') as MetadataPrefix,
    setSpec: args.get('set') ?? null,
    from: from?.ms ?? null,
    until: until === null ? null : endOf(repository, until),
    echo: { from: from === null ? null : echo(repository, from), until: until === null ? null : echo(repository, until) },
  };
}

function readDate(text: string | undefined): DateArgument | null {
  if (text === undefined) return null;
  const date = parseDateArgument(text);
  if (date === null) throw new Refusal('badArgument', 'Not a valid datetime.');
  return date;
}

function checkWindow(repository: Repository, from: DateArgument | null, until: DateArgument | null): void {
  const days = repository.settings.granularity === 'day';
  if (days && [from, until].some((date) => date?.kind === 'time')) throw new Refusal('badArgument', 'Not a valid datetime.');
  if (from === null || until === null) return;
  // Zenodo compares a naive with an aware datetime here and fails.
  if (from.kind !== until.kind) throw new Refusal('http-500');
  if (from.ms > until.ms) throw new Refusal('badArgument', 'Date "from" must be before "until".');
}

/** The first instant after an inclusive bound: a second's end, for a day at Zenodo the end of its first second. */
function endOf(repository: Repository, until: DateArgument): number {
  if (repository.settings.granularity === 'day') return until.ms + 86_400_000;
  return until.exact ? until.ms + 1 : until.ms + 1000;
}

function echo(repository: Repository, date: DateArgument): string {
  return repository.settings.granularity === 'day' ? date.echo.slice(0, 10) : date.echo;
}
