import { formatDatestamp, type Granularity, OaiError, type OaiClient, readListPage, type RequestArguments } from '@thresher/oai';
import type { Db } from '@thresher/store/database';
import {
  addRequests,
  countMembers,
  countSetChanges,
  findSourceById,
  harvestedRanges,
  storeReplies,
  listedNotStored,
  type Member,
  membersNotListed,
  type Run,
  setListing,
  type SetListing,
  suspectRecords,
} from '@thresher/store/harvest';
import { countRecords } from '@thresher/store/read';
import { leaveSets, newestPage } from '@thresher/store/write';
import { settingsOf } from '../sources/sources.ts';
import { runEnded } from '../walk/walk-run.ts';
import { askRecord, type RecordAnswer, toFetched } from './ask-record.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { announcesNothing, classifyAbsence } from './vanished.ts';
import { askSource, repeatable, withToken } from '../requests/ask-source.ts';

/** The result of a membership run. */
export interface MembershipOutcome {
  readonly joined: number;
  readonly left: number;
  /** Members that were not stored and now are. */
  readonly fetched: number;
  /** Members that were not stored and could not be fetched. */
  readonly unclear: number;
  /** Sets with too many unstored records to fetch them one by one: they have to be harvested. */
  readonly unharvested: readonly string[];
  /** Messages for a person. */
  readonly problems: readonly string[];
}

interface MembershipContext {
  readonly deps: HarvestDeps;
  readonly hostRateLimit: HostRateLimit;
  readonly run: Run;
  readonly granularity: Granularity;
  /** A person has confirmed that lists that look too short are right. */
  readonly confirm: boolean;
  readonly signal: AbortSignal;
}

/** Members that a whole list of their set does not name any more. */
interface Absent {
  readonly setSpec: string;
  /** The last page of that list. */
  readonly pageId: number;
  readonly members: readonly Member[];
}

interface FetchOutcome {
  readonly fetched: number;
  readonly unclear: number;
  readonly unharvested: boolean;
}

/**
 * Compares what a membership run listed with what is stored, after its windows are complete. Records that joined, and
 * those that were listed with other sets, have been changed by the transform of the pages already; here those that are
 * no longer listed leave, and members that are not stored are fetched.
 */
export async function reconcileMembership(
  deps: HarvestDeps,
  hostRateLimit: HostRateLimit,
  run: Run,
  granularity: Granularity,
  confirm: boolean,
  signal: AbortSignal,
): Promise<MembershipOutcome> {
  const context: MembershipContext = { deps, hostRateLimit, run, granularity, confirm, signal };
  const absent: Absent[] = [];
  const problems: string[] = [];
  const outcomes: (FetchOutcome & { readonly setSpec: string })[] = [];
  for (const setSpec of run.set_specs) {
    const listing = await setListing(deps.db, run.id, setSpec);
    if (!listing.complete) continue;
    const missing = await findMissing(context, setSpec, listing);
    if (typeof missing === 'string') problems.push(missing);
    else if (missing.members.length > 0) absent.push(missing);
    outcomes.push({ setSpec, ...(await fetchUnstored(context, setSpec)) });
  }
  await leaveSets(
    deps.db,
    absent.flatMap(({ setSpec, pageId, members }) => members.map(({ recordId }) => ({ recordId, setSpec, pageId }))),
  );
  for (const { setSpec, members } of absent) await suspectLeavers(deps.db, run, setSpec, members);
  const changes = await countSetChanges(deps.db, run.source_id, run.set_specs, run.started_at);
  const sum = (key: 'fetched' | 'unclear') => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  return {
    ...changes,
    fetched: sum('fetched'),
    unclear: sum('unclear'),
    unharvested: outcomes.filter((outcome) => outcome.unharvested).map((outcome) => outcome.setSpec),
    problems,
  };
}

/** Stored members that the list of their set lacks; an error message if the list cannot show them. */
async function findMissing(context: MembershipContext, setSpec: string, listing: SetListing): Promise<Absent | string> {
  const { deps, run } = context;
  const unlisted = await membersNotListed(deps.db, run, setSpec);
  const pageId = listing.pageId ?? (await newestPage(deps.db, run.source_id));
  if (unlisted.length === 0) return { setSpec, pageId, members: [] };
  const late = await listLate(context, setSpec);
  if (late === null)
    return `set ${setSpec}: the list of what changed while it was walked does not end, so the ${unlisted.length} members that are no longer listed were left in it`;
  const missing = unlisted.filter(({ identifier }) => !late.has(identifier));
  const { live } = await countRecords(deps.db, run.source_id);
  const absence = classifyAbsence({ listed: listing.listed, missing: missing.length, stored: live });
  const doubtful = absence === 'empty' || absence === 'too many';
  if (doubtful && !context.confirm && !(await haveLeft(context, setSpec, missing))) return doubt(deps.db, run, setSpec, listing, missing);
  return { setSpec, pageId, members: missing };
}

/**
 * A record that is no longer in its set may be gone altogether. If the whole repository is harvested, the next full run
 * shows it; otherwise nothing would, so the record is requested.
 */
async function suspectLeavers(db: Db, run: Run, setSpec: string, missing: readonly Member[]): Promise<void> {
  const { deleted_record } = await findSourceById(db, run.source_id);
  const whole = await harvestedRanges(db, run.source_id, run.metadata_prefix, null);
  if (!announcesNothing(deleted_record) || whole.some(({ from }) => from === null)) return;
  await suspectRecords(
    db,
    run,
    missing.map((member) => member.identifier),
    { witness: 'membership', run: run.id, says: `it is no longer in set ${setSpec}` },
  );
}

async function doubt(db: Db, run: Run, setSpec: string, listing: SetListing, missing: readonly Member[]): Promise<string> {
  const members = await countMembers(db, run.source_id, setSpec);
  const what = listing.listed === 0 ? 'came back empty' : `lists ${listing.listed} records`;
  return `set ${setSpec} ${what} while ${members} members are stored: the ${missing.length} that it lacks were left in it; sync with --set ${setSpec} --membership --confirm takes it at its word`;
}

/** Up to this many members are requested one by one. */
const mostAsked = 20;

/** The second confirmation for a few members of a set whose list is doubtful: their own headers no longer name it. */
async function haveLeft(context: MembershipContext, setSpec: string, missing: readonly Member[]): Promise<boolean> {
  if (missing.length > mostAsked) return false;
  for (const { identifier } of missing) {
    const answer = await ask(context, identifier);
    if (answer.kind !== 'there' || answer.header.setSpecs.includes(setSpec)) return false;
  }
  return true;
}

async function ask({ deps, hostRateLimit, run, signal }: MembershipContext, identifier: string): Promise<RecordAnswer> {
  if (!(await addRequests(deps.db, run.id, 1))) throw runEnded(run.id);
  return askRecord(deps.client, hostRateLimit, identifier, run.metadata_prefix, signal);
}

/** Lists of what changed during the walk are short; a server that ignores `from` would send everything. */
const mostLatePages = 20;

/**
 * Members that changed while the list was walked: their new datestamp lies behind the `until` of the run, so that no
 * window may have shown them. Requested only if something is missing. Null if the list does not end within `mostLatePages` requests: the
 * server ignores `from` and the set is large, or its tokens lead nowhere.
 */
async function listLate(
  { deps, hostRateLimit, run, granularity, signal }: MembershipContext,
  setSpec: string,
): Promise<Set<string> | null> {
  const late = new Set<string>();
  // Such a server listed the whole set without dates: there is nothing after an `until`.
  if (settingsOf(await findSourceById(deps.db, run.source_id)).selective === false) return late;
  const from = formatDatestamp(run.until_datestamp ?? run.started_at, granularity);
  let request: RequestArguments | null = { verb: 'ListIdentifiers', metadataPrefix: run.metadata_prefix, set: setSpec, from };
  for (let page = 0; request !== null; page++) {
    if (page === mostLatePages) return null;
    if (!(await addRequests(deps.db, run.id, 1))) throw runEnded(run.id);
    const listed = await readLate(deps.client, hostRateLimit, request, signal);
    for (const { header } of listed?.records ?? []) late.add(header.identifier);
    const token = listed?.resumptionToken?.value ?? null;
    request = token === null ? null : { verb: 'ListIdentifiers', resumptionToken: token };
  }
  return late;
}

async function readLate(client: OaiClient, hostRateLimit: HostRateLimit, request: RequestArguments, signal: AbortSignal) {
  const rule = 'resumptionToken' in request ? withToken : repeatable;
  const reply = await askSource(hostRateLimit, () => client.request(request, signal), signal, rule);
  try {
    return readListPage(reply, { metadata: false });
  } catch (error) {
    if (error instanceof OaiError && error.code === 'noRecordsMatch') return null;
    throw error;
  }
}

/** If there are more, the set is harvested instead: a list brings a page of records per request. */
const mostFetched = 100;
const batch = 25;

async function fetchUnstored(context: MembershipContext, setSpec: string): Promise<FetchOutcome> {
  const identifiers = await listedNotStored(context.deps.db, context.run, setSpec);
  if (identifiers.length > mostFetched) return { fetched: 0, unclear: 0, unharvested: true };
  const counts = { fetched: 0, unclear: 0 };
  for (let start = 0; start < identifiers.length; start += batch) {
    const answers: RecordAnswer[] = [];
    for (const identifier of identifiers.slice(start, start + batch)) answers.push(await ask(context, identifier));
    const there = answers.filter((answer) => answer.kind === 'there');
    await storeAnswers(context.deps, context.run, setSpec, there);
    counts.fetched += there.length;
    counts.unclear += answers.filter((answer) => answer.kind === 'unclear').length;
  }
  return { ...counts, unharvested: false };
}

/** Stores answers to GetRecord and enqueues them for the transform. */
export async function storeAnswers(
  deps: HarvestDeps,
  run: Run,
  setSpec: string | null,
  answers: readonly Extract<RecordAnswer, { kind: 'there' }>[],
): Promise<void> {
  const pages = await storeReplies(deps.db, run, setSpec, await Promise.all(answers.map(toFetched)));
  if (pages.length === 0) return;
  await deps.queue
    .add(pages)
    .catch((error: unknown) => deps.log.warn({ err: error, pages: pages.length }, 'pages were not enqueued; the sweep will'));
}
