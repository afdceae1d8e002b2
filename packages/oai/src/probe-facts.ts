import { parseDatestamp, type Granularity } from './datestamp.ts';
import { parseIdentify, parseMetadataFormats, type Identify } from './documents.ts';
import { OaiError, OaiHttpError } from './errors.ts';
import type { ListPage } from './page.ts';
import { readListPage, readReply } from './read-reply.ts';
import type { OaiReply } from './reply.ts';

/** The requests of a probe, named by what each finds out. */
export type ProbeName =
  | 'identify'
  | 'formats'
  | 'sets'
  | 'list'
  | 'follow'
  | 'again'
  | 'from'
  | 'fromDay'
  | 'window'
  | 'day'
  | 'empty'
  | 'prefix'
  | 'record';

/** The result of one request of a probe: the reply, or the error. */
export interface ProbeAnswer {
  /** Null if no answer came, and then `failure` says why. */
  readonly reply: OaiReply | null;
  readonly failure: string | null;
  readonly latencyMs: number;
}

/** The answers to a probe's requests so far, by name; absent: not sent. */
export type ProbeAnswers = { readonly [Name in ProbeName]?: ProbeAnswer };

/** An answer as far as it says whether it is a list, and of what. */
export interface ProbeList {
  readonly page: ListPage | null;
  /** The OAI-PMH error code, or `HTTP 500`, or what else was wrong; null for a list. */
  readonly error: string | null;
}

/** What later questions need to know of earlier answers. */
export interface ProbeFacts {
  readonly identify: Identify | null;
  readonly formats: readonly string[];
  /** The format that is asked for; null if there is none. */
  readonly metadataPrefix: string | null;
  readonly declaredGranularity: Granularity;
  readonly acceptedGranularity: Granularity;
  /** Seconds are declared, and a `from` with seconds was turned down. */
  readonly secondsRefused: boolean;
  readonly token: string | null;
  /** The second page came. */
  readonly followed: boolean;
  /** The latest datestamp among the pages of the list, with the identifier it belongs to. */
  readonly latest: Date | null;
  readonly latestIdentifier: string | null;
}

const preferredFormats = ['oai_datacite', 'oai_datacite4', 'datacite', 'oai_dc'];

/** Reads what is known so far. Answers that could not be read are as if they had not come. */
export function readFacts(answers: ProbeAnswers, wanted?: string): ProbeFacts {
  const identify = tryRead(answers.identify, parseIdentify);
  const formats = (tryRead(answers.formats, parseMetadataFormats) ?? []).map((format) => format.metadataPrefix);
  const pages = [listOf(answers.list).page, listOf(answers.follow).page].flatMap((page) => page?.records ?? []);
  const dated = pages.map(({ header }) => ({ identifier: header.identifier, at: parseDatestamp(header.datestamp) }));
  const latest = dated.reduce<(typeof dated)[number] | null>(
    (best, it) => (it.at !== null && it.at.getTime() > (best?.at?.getTime() ?? -Infinity) ? it : best),
    null,
  );
  const declaredGranularity = identify?.granularity ?? 'YYYY-MM-DD';
  const secondsRefused = declaredGranularity !== 'YYYY-MM-DD' && isRefusal(listOf(answers.from).error);
  return {
    identify,
    formats,
    metadataPrefix:
      wanted ??
      preferredFormats.find((prefix) => formats.includes(prefix)) ??
      formats[0] ??
      (answers.formats === undefined ? null : 'oai_dc'),
    declaredGranularity,
    acceptedGranularity: secondsRefused && listOf(answers.fromDay).page !== null ? 'YYYY-MM-DD' : declaredGranularity,
    secondsRefused,
    token: listOf(answers.list).page?.resumptionToken?.value ?? null,
    followed: listOf(answers.follow).page !== null,
    latest: latest?.at ?? null,
    latestIdentifier: latest?.identifier ?? null,
  };
}

/** An error that turns the arguments down; an empty list does not. */
export const isRefusal = (error: string | null): boolean => error !== null && error !== 'noRecordsMatch';

export function listOf(answer: ProbeAnswer | undefined): ProbeList {
  if (answer === undefined) return { page: null, error: null };
  if (answer.reply === null) return { page: null, error: answer.failure ?? 'no answer' };
  try {
    return { page: readListPage(answer.reply, { metadata: false }), error: null };
  } catch (error) {
    return { page: null, error: errorOf(error) };
  }
}

/** The code of an OAI-PMH error, a status, or the message. */
function errorOf(error: unknown): string {
  if (error instanceof OaiError) return error.code;
  if (error instanceof OaiHttpError) return `HTTP ${error.status}`;
  return (error as Error).message;
}

export function tryRead<T>(answer: ProbeAnswer | undefined, parse: (reply: OaiReply) => T): T | null {
  if (answer === undefined || answer.reply === null) return null;
  try {
    return readReply(answer.reply, parse);
  } catch {
    return null;
  }
}
