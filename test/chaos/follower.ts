import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerEntry } from '@thresher/oai-sim';

/** What a client knows that has only `/api/changes`: of each source its live records, each with its communities. */
export type Followed = Map<string, Map<string, Set<string>>>;

interface Change {
  readonly type: 'created' | 'updated' | 'deleted' | 'restored' | 'joined' | 'left';
  readonly community: string | null;
  readonly record: { readonly oai_identifier: string; readonly source: string };
}

interface ChangePage {
  readonly changes: readonly Change[];
  readonly cursor: string;
  readonly more: boolean;
}

/** A client of the API that keeps reading, whatever the answers: changes, searches, the OAI-PMH endpoint. */
export interface Follower extends AsyncDisposable {
  /** Reads until there is nothing more, and returns what it knows. */
  catchUp(): Promise<Followed>;
  /** What answers said since the last call that no answer may say. */
  complaints(): string[];
  requests(): number;
}

const EVERY_MS = 700;

export function startFollower(apiUrl: string): Follower {
  const stop = new AbortController();
  const state: Followed = new Map();
  let wrong: string[] = [];
  let cursor: string | null = null;
  let requests = 0;
  let before: Promise<unknown> = Promise.resolve();
  const readOne = async (): Promise<boolean> => {
    requests++;
    const page = await changesAfter(apiUrl, cursor);
    for (const change of page.changes) apply(state, change);
    cursor = page.cursor;
    return page.more;
  };
  /** One at a time: two at once would apply the same changes twice. */
  const readOn = (): Promise<boolean> => {
    const turn = before.then(readOne, readOne);
    before = turn.catch(() => {});
    return turn;
  };
  const loop = (async () => {
    for (let n = 0; !stop.signal.aborted; n++) {
      await readOn().catch(() => {});
      requests++;
      const complaint = await complaintAbout(apiUrl, PATHS[n % PATHS.length]!);
      if (complaint !== null && wrong.length < 5) wrong.push(complaint);
      await sleep(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    requests: () => requests,
    complaints() {
      const all = wrong;
      wrong = [];
      return all;
    },
    async catchUp() {
      while (await readOn());
      return state;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
    },
  };
}

const PATHS = ['/api/records?q=data&size=3', '/oai2d?verb=ListIdentifiers&metadataPrefix=oai_dc', '/readyz', '/api/harvest'];

/** An answer may be a problem document while a server is away, and never anything that is neither. */
async function complaintAbout(apiUrl: string, path: string): Promise<string | null> {
  try {
    const answer = await fetch(apiUrl + path, { signal: AbortSignal.timeout(30_000) });
    const text = await answer.text();
    if (answer.status === 500) return `${path} answered 500: ${text.slice(0, 200)}`;
    if (/json/.test(answer.headers.get('content-type') ?? '')) JSON.parse(text);
    return null;
  } catch (error) {
    // Else it is not up, or was killed.
    return error instanceof SyntaxError ? `${path} answered with JSON that cannot be read` : null;
  }
}

/** `/api/changes` from the start, all of it. */
export async function replayChanges(apiUrl: string): Promise<Followed> {
  const state: Followed = new Map();
  for (let cursor: string | null = null; ;) {
    const page = await changesAfter(apiUrl, cursor);
    for (const change of page.changes) apply(state, change);
    if (!page.more) return state;
    cursor = page.cursor;
  }
}

async function changesAfter(apiUrl: string, cursor: string | null): Promise<ChangePage> {
  const since = cursor === null ? '' : `&since=${cursor}`;
  const answer = await fetch(`${apiUrl}/api/changes?size=500${since}`, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`/api/changes answered ${answer.status}`);
  return (await answer.json()) as ChangePage;
}

function apply(state: Followed, { type, community, record: { oai_identifier: id, source } }: Change): void {
  const records = state.get(source) ?? new Map<string, Set<string>>();
  state.set(source, records);
  if (type === 'created' || type === 'restored') records.set(id, new Set());
  else if (type === 'deleted') records.delete(id);
  else if (type === 'joined') records.get(id)?.add(community!);
  else if (type === 'left') records.get(id)?.delete(community!);
}

/** How what a follower knows of a source differs from what the repository holds, in sentences. Pure. */
export function compareFollowed(followed: ReadonlyMap<string, ReadonlySet<string>>, ledger: ReadonlyMap<string, LedgerEntry>): string[] {
  const live = [...ledger.values()].filter((entry) => !entry.deleted);
  const missing = live.filter(({ identifier }) => !followed.has(identifier));
  const gone = [...followed.keys()].filter((identifier) => ledger.get(identifier)?.deleted !== false);
  const moved = live.filter((entry) => {
    const known = followed.get(entry.identifier);
    return known !== undefined && [...known].toSorted().join() !== communitiesOf(entry).toSorted().join();
  });
  return [
    missing.length > 0 ? `never notified of ${missing.length} records (${missing[0]!.identifier})` : '',
    gone.length > 0 ? `not notified that ${gone.length} records are gone (${gone[0]})` : '',
    moved.length > 0 ? `notified of other communities for ${moved.length} records (${moved[0]!.identifier})` : '',
  ].filter(Boolean);
}

const communitiesOf = ({ setSpecs }: LedgerEntry): string[] =>
  setSpecs.filter((set) => set.startsWith('user-')).map((set) => set.slice('user-'.length));
