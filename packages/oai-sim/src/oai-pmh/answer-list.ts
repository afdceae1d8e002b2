import { readList, takeSnapshot } from '../repository/list.ts';
import type { ListQuery, ListSnapshot, ListVerb, ListPosition } from '../repository/list.ts';
import type { Exchange, VerbAnswer } from './exchange.ts';
import { writePage } from './page.ts';
import type { ListPage } from './page.ts';
import { writeHeader, writeRecord } from './record-xml.ts';
import type { Repository } from '../repository/repository.ts';
import { BAD_TOKEN_TEXT, readListQuery, Refusal } from './request.ts';
import type { Arguments } from './request.ts';
import { isExpired, readToken, writeToken } from './token.ts';
import type { ListToken } from './token.ts';
import { formatSecond } from '../xml.ts';

/** What a fault changes in a list while its page is made. */
export interface ListAlteration {
  readonly ignoreFrom?: boolean;
  readonly dayDatestamps?: boolean;
  /** The page's token leads back to the page this far before the next one. */
  readonly rewindPages?: number;
  /** This many new records are added to the list before this page is made. */
  readonly grow?: number;
  /** This many records of the page are never sent, and the list is that much shorter from then on. */
  readonly shrink?: number;
  readonly refuseUntilAlone?: boolean;
  readonly page?: (page: ListPage) => ListPage;
}

/** One page about to be made. */
interface Turn {
  readonly snapshot: ListSnapshot;
  readonly place: ListPosition;
  /** From 1; what the cursor is computed from. */
  readonly page: number;
  /** The scroll of a list that continues. */
  readonly scroll: number | null;
}

const START: ListPosition = { base: 0, journal: 0 };

export function answerList(exchange: Exchange, verb: ListVerb, args: Arguments, alteration: ListAlteration): VerbAnswer {
  const text = args.get('resumptionToken');
  const opened = text === undefined ? openTurn(exchange, verb, args, alteration) : resumeTurn(exchange, verb, text);
  const turn = changed(exchange, opened, alteration);
  const page = makePage(exchange, turn, alteration);
  return { request: echoOf(turn.snapshot.query, text), content: writePage(alteration.page === undefined ? page : alteration.page(page)) };
}

function openTurn({ repository, now }: Exchange, verb: ListVerb, args: Arguments, { ignoreFrom, refuseUntilAlone }: ListAlteration): Turn {
  const query = readListQuery(verb, args, repository);
  if (refuseUntilAlone && query.until !== null && query.from === null) throw new Refusal('badArgument', 'until needs from');
  if (deleteExpiredLists(repository, now) >= repository.settings.scrollLimit) throw new Refusal('http-500');
  const snapshot = takeSnapshot(repository, ignoreFrom === true ? { ...query, from: null } : query);
  if (snapshot.total === 0) throw new Refusal('noRecordsMatch');
  return { snapshot, place: START, page: 1, scroll: null };
}

/** Deletes lists whose last token has certainly expired; returns how many are left. */
export function deleteExpiredLists(repository: Repository, now: number): number {
  const {
    lists: { open },
    settings,
  } = repository;
  if (open.size >= Math.min(settings.scrollLimit, 1000)) {
    for (const [id, list] of open) if (now - list.lastUsed > settings.tokenLifeMs + 2000) open.delete(id);
  }
  return open.size;
}

function resumeTurn({ repository, now }: Exchange, verb: ListVerb, text: string): Turn {
  const token = readToken<ListToken>(text, repository.seed);
  if (token === undefined || token.verb !== verb || isExpired(token.issued, now, repository.settings.tokenLifeMs))
    throw new Refusal('badResumptionToken', BAD_TOKEN_TEXT);
  if (token.scroll === undefined) {
    const { query, asOf = 0, total = 0 } = token;
    return { snapshot: { query, asOf, total }, place: token.rewind ?? token.place ?? START, page: token.page, scroll: null };
  }
  const list = repository.lists.open.get(token.scroll);
  // The token is valid, but its list is gone: Zenodo has no OAI error for that.
  if (list === undefined || deleteExpiredLists(repository, now) >= repository.settings.scrollLimit) throw new Refusal('http-500');
  list.lastUsed = now;
  return { snapshot: list.snapshot, place: token.rewind ?? list.place, page: token.page, scroll: token.scroll };
}

function changed(exchange: Exchange, turn: Turn, { grow, shrink }: ListAlteration): Turn {
  if (grow !== undefined) return grown(exchange, turn, grow);
  return shrink === undefined ? turn : shrunk(exchange, turn, shrink);
}

function shrunk({ repository }: Exchange, turn: Turn, count: number): Turn {
  const { place } = readList(repository, turn.snapshot, turn.place, count);
  return { ...turn, place, snapshot: { ...turn.snapshot, total: turn.snapshot.total - count } };
}

function grown({ repository, now }: Exchange, turn: Turn, count: number): Turn {
  repository.create(count, now);
  return { ...turn, snapshot: takeSnapshot(repository, turn.snapshot.query) };
}

function makePage({ repository, now }: Exchange, turn: Turn, alteration: ListAlteration): ListPage {
  const { pageSize, tokenLifeMs } = repository.settings;
  const { snapshot, page } = turn;
  const { records, place } = readList(repository, snapshot, turn.place, pageSize);
  // Zenodo checks whether the pages so far stay at or below the total, so an exact multiple gets one more, empty page.
  const hasNext = repository.settings.tokens === 'scroll' ? page * pageSize <= snapshot.total : page * pageSize < snapshot.total;
  const scroll = keepList(repository, turn, place, hasNext, now);
  const text = hasNext ? nextToken(repository, turn, place, scroll, now, alteration.rewindPages) : '';
  const day = alteration.dayDatestamps === true || repository.settings.granularity === 'day';
  return {
    verb: snapshot.query.verb,
    items: records.map((record) =>
      snapshot.query.verb === 'ListRecords'
        ? writeRecord(repository, record, snapshot.query.metadataPrefix, 'list', day)
        : writeHeader(repository, record, '    ', day),
    ),
    token:
      page === 1 && !hasNext
        ? null
        : {
            text,
            expirationDate: formatSecond(now + tokenLifeMs),
            cursor: String((page - 1) * pageSize),
            completeListSize: String(snapshot.total),
          },
  };
}

/** Advances the scroll of a list, opens one for a first page, closes it after the last; returns its number. */
function keepList(repository: Repository, turn: Turn, place: ListPosition, hasNext: boolean, now: number): number | null {
  if (repository.settings.tokens === 'stateless') return null;
  const { lists } = repository;
  if (!hasNext) {
    if (turn.scroll !== null) lists.open.delete(turn.scroll);
    return null;
  }
  const id = turn.scroll ?? ++lists.opened;
  lists.open.set(id, { snapshot: turn.snapshot, place, lastUsed: now });
  return id;
}

function nextToken(
  repository: Repository,
  turn: Turn,
  place: ListPosition,
  scroll: number | null,
  now: number,
  rewindPages: number | undefined,
): string {
  const { query, asOf, total } = turn.snapshot;
  const issued = Math.floor(now / 1000);
  const page = Math.max(1, turn.page + 1 - (rewindPages ?? 0));
  const back =
    rewindPages === undefined
      ? {}
      : { rewind: readList(repository, turn.snapshot, START, (page - 1) * repository.settings.pageSize).place };
  const token: ListToken = {
    verb: query.verb,
    page,
    issued,
    query,
    ...back,
    ...(scroll === null ? { asOf, total, place } : { scroll }),
  };
  return writeToken(token, issued, repository.seed);
}

function echoOf(query: ListQuery, token: string | undefined): [string, string][] {
  if (token !== undefined)
    return [
      ['resumptionToken', token],
      ['verb', query.verb],
    ];
  const { from, until } = query.echo;
  return [
    ['verb', query.verb],
    ...(from === null ? [] : [['from', from] as [string, string]]),
    ...(until === null ? [] : [['until', until] as [string, string]]),
    ...(query.setSpec === null ? [] : [['set', query.setSpec] as [string, string]]),
    ['metadataPrefix', query.metadataPrefix],
  ];
}
