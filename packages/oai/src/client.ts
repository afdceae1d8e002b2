import type { Dispatcher } from 'undici';
import { parseIdentify, parseMetadataFormats, parseSetsPage } from './documents.ts';
import type { Identify, MetadataFormat, OaiSet } from './documents.ts';
import { OaiError, TokenLoopError } from './errors.ts';
import { fetchReply } from './fetch-reply.ts';
import type { ListedRecord, ListPage, ResumptionToken } from './page.ts';
import { readListPage, readRecord, readReply } from './read-reply.ts';
import type { OaiReply } from './reply.ts';
import { requestUrl } from './request.ts';
import type { ListArguments, RequestArguments } from './request.ts';
import { createDispatcher, undiciTransport } from './transport.ts';
import type { Transport } from './transport.ts';

/** How a client reaches its repository. `baseURL` and `userAgent` name both sides; the rest has defaults. */
export interface OaiClientOptions {
  /** May hold a query string. */
  readonly baseURL: string;
  readonly userAgent: string;
  /** For one exchange as a whole. 60 000 unless specified. */
  readonly timeoutMs?: number;
  /** Of one body, on the wire and unpacked. 32 MiB unless specified. */
  readonly maxBytes?: number;
  /** Called with a message each time a value of the server is out of bounds and was corrected. */
  readonly warn?: (sentence: string) => void;
  /** Replaces the network, for example with a simulated repository. */
  readonly transport?: Transport;
  /** Hosts, addresses and networks that are not public and that redirects may lead to, see `OutboundRule`. None unless specified. */
  readonly allowed?: readonly string[];
  /** An undici dispatcher, which the caller closes. Ignored if `transport` is given. */
  readonly dispatcher?: Dispatcher;
}

/** A client of one OAI-PMH repository; see `createOaiClient` for its errors and an example. */
export interface OaiClient extends AsyncDisposable {
  readonly baseURL: string;
  readonly warn: (sentence: string) => void;
  /** One request, no retries; any HTTP status is a reply. Throws `NoReplyError`. */
  request(args: RequestArguments, signal?: AbortSignal): Promise<OaiReply>;
  identify(signal?: AbortSignal): Promise<Identify>;
  listMetadataFormats(identifier?: string, signal?: AbortSignal): Promise<MetadataFormat[]>;
  getRecord(identifier: string, metadataPrefix: string, signal?: AbortSignal): Promise<ListedRecord>;
  /** All sets, page by page as they are consumed. */
  listSets(signal?: AbortSignal): AsyncGenerator<OaiSet, void, undefined>;
  /**
   * A simple walk: every page of a list, each token used only once, so any failure ends it. `noRecordsMatch` on
   * the first request is an empty list. Not for harvests that have to be complete: those need windows and restarts.
   */
  listPages(args: ListArguments, options?: ListPagesOptions): AsyncGenerator<{ reply: OaiReply; page: ListPage }, void, undefined>;
}

/** The signal that ends a walk, and whether its records come with metadata. */
export interface ListPagesOptions {
  readonly signal?: AbortSignal;
  /** Whether records come with their metadata; true unless specified. */
  readonly metadata?: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

/**
 * A client of one repository. All methods but `request` throw `OaiError`, `OaiHttpError`, `NoReplyError`, `NotOaiError` or `XmlError`.
 *
 * ```ts
 * await using client = createOaiClient({ baseURL: 'https://zenodo.org/oai2d', userAgent: 'me (mailto:me@example.org)' });
 * for await (const { page } of client.listPages({ verb: 'ListRecords', metadataPrefix: 'oai_datacite', set: 'user-x' })) {
 *   console.log(page.records.length, page.resumptionToken?.completeListSize);
 * }
 * ```
 */
export function createOaiClient(options: OaiClientOptions): OaiClient {
  const { baseURL, userAgent, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES, warn = () => {} } = options;
  requestUrl(baseURL, { verb: 'Identify' });
  const { transport, close } = connect(options, timeoutMs);
  const request = (args: RequestArguments, signal?: AbortSignal) =>
    fetchReply(transport, requestUrl(baseURL, args), { userAgent, timeoutMs, maxBytes, warn }, signal);

  return {
    baseURL,
    warn,
    request,
    identify: async (signal) => readReply(await request({ verb: 'Identify' }, signal), parseIdentify),
    listMetadataFormats: async (identifier, signal) => {
      const args = identifier === undefined ? {} : { identifier };
      return readReply(await request({ verb: 'ListMetadataFormats', ...args }, signal), parseMetadataFormats);
    },
    getRecord: async (identifier, metadataPrefix, signal) =>
      readRecord(await request({ verb: 'GetRecord', identifier, metadataPrefix }, signal)),
    listSets: (signal) => walkSets((args) => request(args, signal)),
    listPages: (args, { signal, metadata = true } = {}) => walkPages((next) => request(next, signal), args, metadata),
    [Symbol.asyncDispose]: close,
  };
}

function connect({ baseURL, transport, dispatcher, allowed = [] }: OaiClientOptions, timeoutMs: number) {
  if (transport !== undefined) return { transport, close: async () => {} };
  if (dispatcher !== undefined) return { transport: undiciTransport(dispatcher), close: async () => {} };
  const own = createDispatcher(timeoutMs, { trusted: [baseURL], allowed });
  return { transport: undiciTransport(own), close: () => own.close() };
}

type Request = (args: RequestArguments) => Promise<OaiReply>;

async function* walkSets(request: Request): AsyncGenerator<OaiSet, void, undefined> {
  const following = tokenFollower();
  for (let args: RequestArguments | null = { verb: 'ListSets' }; args !== null;) {
    const { sets, resumptionToken } = readReply(await request(args), parseSetsPage);
    yield* sets;
    const token = following(resumptionToken);
    args = token === null ? null : { verb: 'ListSets', resumptionToken: token };
  }
}

async function* walkPages(request: Request, first: ListArguments, metadata: boolean) {
  const following = tokenFollower();
  for (let args: RequestArguments | null = first; args !== null;) {
    const reply = await request(args);
    const page = args === first ? orEmpty(() => readListPage(reply, { metadata })) : readListPage(reply, { metadata });
    if (page === null) return;
    yield { reply, page };
    const token = following(page.resumptionToken);
    args = token === null ? null : { verb: first.verb, resumptionToken: token };
  }
}

function orEmpty(read: () => ListPage): ListPage | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof OaiError && error.code === 'noRecordsMatch') return null;
    throw error;
  }
}

/** Hands out each token once; null at the end of the list. Throws `TokenLoopError` for one that was handed out before. */
function tokenFollower(): (token: ResumptionToken | null) => string | null {
  const used = new Set<string>();
  return (token) => {
    if (token === null || token.value === null) return null;
    if (used.has(token.value)) throw new TokenLoopError(token.value);
    used.add(token.value);
    return token.value;
  };
}
