import { createGeneratedCorpus } from '../src/corpus/generated-corpus.ts';
import type { Corpus } from '../src/corpus/corpus.ts';
import { createRepository } from '../src/repository/repository.ts';
import type { Repository, RepositoryOptions } from '../src/repository/repository.ts';
import { handle } from '../src/server/sim.ts';
import type { Sim } from '../src/server/sim.ts';

/** An answer, read with regular expressions so that broken XML can be looked at too. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The OAI error code, else the status and content type, else `ok`. */
  readonly outcome: string;
  /** Record numbers of the identifiers in headers. */
  readonly recids: readonly number[];
  readonly datestamps: readonly string[];
  /** Text of the resumption token; null if there is none to go on with. */
  readonly token: string | null;
  readonly cursor: string | null;
  readonly total: string | null;
}

export const NOW = Date.parse('2026-09-01T12:00:00.250Z');

/** Asks without a port. */
export function ask(target: Sim | Repository, query: string, now = NOW, method = 'GET'): Reply {
  const answer = handle(
    { method, url: `/oai2d?${query}`, headers: { host: 'sim.test', 'user-agent': 'test' }, address: '127.0.0.1' },
    target,
    now,
  );
  return readReply(answer.status, answer.headers, Buffer.from(answer.body).toString());
}

export function readReply(status: number, headers: Readonly<Record<string, string>>, text: string): Reply {
  const type = headers['content-type']?.split(';')[0] ?? '';
  const attribute = (name: string): string | null => new RegExp(`<resumptionToken[^>]* ${name}="([^"]*)"`).exec(text)?.[1] ?? null;
  return {
    status,
    headers,
    text,
    outcome: status === 200 && type === 'text/xml' ? 'ok' : `${status} ${/<error code="(\w+)"/.exec(text)?.[1] ?? type}`,
    recids: [...text.matchAll(/<header[^>]*>\s*<identifier>oai:zenodo\.org:(\d+)</g)].map(([, recid]) => Number(recid)),
    datestamps: [...text.matchAll(/<datestamp>([^<]*)</g)].map(([, datestamp = '']) => datestamp),
    token: /<resumptionToken[^>]*>([^<]+)<\/resumptionToken>/.exec(text)?.[1] ?? null,
    cursor: attribute('cursor'),
    total: attribute('completeListSize'),
  };
}

export const LIST = 'verb=ListIdentifiers&metadataPrefix=oai_datacite';

export function resume(token: string | null, verb = 'ListIdentifiers'): string {
  return `verb=${verb}&resumptionToken=${token ?? ''}`;
}

/** All pages of a list from its first request on. */
export function walk(target: Sim | Repository, query = LIST, now = NOW, limit = 1000): Reply[] {
  const verb = new URLSearchParams(query).get('verb') as string;
  const pages = [ask(target, query, now)];
  for (let page = pages[0] as Reply; page.token !== null && pages.length < limit;) {
    page = ask(target, resume(page.token, verb), now);
    pages.push(page);
  }
  return pages;
}

export function recidsOf(pages: readonly Reply[]): number[] {
  return pages.flatMap((page) => page.recids);
}

/** A small repository whose first records have the given datestamps and sets instead of generated ones. */
export function repositoryWith(
  records: readonly { readonly datestamp: string; readonly setSpecs?: readonly string[] }[],
  options: RepositoryOptions = {},
): Repository {
  const generated = createGeneratedCorpus({ seed: 1, size: records.length });
  const corpus: Corpus = {
    ...generated,
    datestamp: (number) => Date.parse(records[number]?.datestamp ?? '2026-01-01T00:00:00Z'),
    setSpecs: (number) => records[number]?.setSpecs ?? [],
  };
  return createRepository({ ...options, corpus });
}
