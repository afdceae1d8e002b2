import { type Kysely, type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import type { SuspectState, SuspectTable } from '../database/harvest-schema.ts';
import { markLatestVersions } from '../write/latest-versions.ts';
import { deleteWithin } from '../write/write-tombstones.ts';

export type Suspect = Selectable<SuspectTable>;

interface ListedRun {
  readonly id: number;
  readonly source_id: number;
  readonly set_specs: readonly string[];
  readonly until_datestamp: Date | null;
  readonly started_at: Date;
}

/** How the absence of the records that a complete run did not list is classified. */
export type AbsenceVerdict = 'none' | 'believable' | 'empty' | 'too many';

export interface AbsenceCounts {
  readonly listed: number;
  /** Live records in the scope of the run that were there before it and neither it nor a later page listed. */
  readonly missing: number;
  /** Live records of the source. */
  readonly stored: number;
}

export interface AbsenceResult extends AbsenceCounts {
  readonly verdict: AbsenceVerdict;
  /** New suspects, or new ones held. */
  readonly added: number;
  /** Records that were already suspects of an earlier run of the whole repository and that this run missed as well. */
  readonly again: readonly string[];
}

/**
 * Looks for records that a complete run did not list, and keeps them as suspects: held where `classify` does not believe
 * the list. Absence from a run of sets is one witness however often it happens, since a record may only have left them.
 */
export async function addUnlistedSuspects(
  db: Kysely<Database>,
  run: ListedRun,
  classify: (counts: AbsenceCounts) => AbsenceVerdict,
): Promise<AbsenceResult> {
  return db.transaction().execute(async (trx) => {
    const counts = await collectMissing(trx, run);
    const verdict = classify(counts);
    if (verdict === 'none') return { ...counts, verdict, added: 0, again: [] };
    const believed = verdict === 'believable';
    const again = believed && run.set_specs.length === 0 ? await missedAgain(trx, run) : [];
    return { ...counts, verdict, added: await addSuspects(trx, run, verdict), again };
  });
}

/** Fills the temporary table `missing`. */
async function collectMissing(trx: Transaction<Database>, run: ListedRun): Promise<AbsenceCounts> {
  const inScope =
    run.set_specs.length === 0
      ? sql``
      : sql`and exists (select from public.record_set s where s.record_id = r.id and s.set_spec = any(${run.set_specs}))`;
  await sql`
    create temp table listed on commit drop as
    select distinct i.identifier from harvest.page p, unnest(p.identifiers) as i (identifier)
    where p.source_id = ${run.source_id}
      and p.id >= coalesce((select min(q.id) from harvest.page q join harvest.window w on w.id = q.window_id where w.run_id = ${run.id}), ${beyondAllPages})
    union
    select q.oai_identifier from harvest.quarantine q join harvest.page p on p.id = q.page_id join harvest.window w on w.id = p.window_id
    where w.run_id = ${run.id} and q.oai_identifier is not null`.execute(trx);
  await sql`analyze listed`.execute(trx);
  await sql`
    create temp table missing on commit drop as
    select r.oai_identifier from public.record r
    where r.source_id = ${run.source_id} and not r.deleted and r.first_seen_at < ${run.started_at}
      and (r.datestamp is null or r.datestamp < ${run.until_datestamp}::timestamptz + interval '1 second') ${inScope}
      and not exists (select from listed l where l.identifier = r.oai_identifier)`.execute(trx);
  const { rows } = await sql<AbsenceCounts>`
    select (select count(*) from listed)::int as listed, (select count(*) from missing)::int as missing,
           (select count(*) from public.record where source_id = ${run.source_id} and not deleted)::int as stored`.execute(trx);
  return rows[0]!;
}

const beyondAllPages = sql`9223372036854775807`;

async function missedAgain(trx: Transaction<Database>, run: ListedRun): Promise<string[]> {
  const { rows } = await sql<{ oai_identifier: string }>`
    select oai_identifier from harvest.suspect
    where source_id = ${run.source_id} and state = 'suspect' and first_missed_run < ${run.id} and oai_identifier in (select oai_identifier from missing)
      -- a record whose very header could not be read was listed all the same
      and not exists (select from harvest.quarantine q join harvest.page p on p.id = q.page_id join harvest.window w on w.id = p.window_id
                      where w.run_id = ${run.id} and q.oai_identifier is null)
    order by oai_identifier`.execute(trx);
  return rows.map((row) => row.oai_identifier);
}

const reasons = {
  believable: 'a complete run did not list it',
  empty: 'the list came back empty',
  'too many': 'the list lacked more records than can be believed',
} as const;

async function addSuspects(trx: Transaction<Database>, run: ListedRun, verdict: Exclude<AbsenceVerdict, 'none'>): Promise<number> {
  const state: SuspectState = verdict === 'believable' ? 'suspect' : 'held';
  const witness = evidence({ witness: 'sweep', run: run.id, sets: run.set_specs, says: reasons[verdict] });
  const result = await sql`
    insert into harvest.suspect as s (source_id, oai_identifier, state, first_missed_run, reason, evidence)
    select ${run.source_id}, oai_identifier, ${state}, ${run.id}, ${reasons[verdict]}, ${witness} from missing
    on conflict (source_id, oai_identifier) do update set
      state = case when s.state = 'held' then s.state else excluded.state end, reason = excluded.reason, settled_at = null,
      evidence = case when s.state in ('suspect', 'held') then s.evidence || excluded.evidence else excluded.evidence end,
      first_missed_run = case when s.state in ('suspect', 'held') then s.first_missed_run else excluded.first_missed_run end,
      found_at = case when s.state in ('suspect', 'held') then s.found_at else excluded.found_at end
    where s.state <> 'suspect' or excluded.state = 'held'`.execute(trx);
  return Number(result.numAffectedRows ?? 0);
}

/** Makes suspects of records for which there is one witness other than a run of everything. Those that are suspects stay as they are. */
export async function suspectRecords(
  db: Kysely<Database>,
  run: { readonly id: number | null; readonly source_id: number },
  identifiers: readonly string[],
  witness: Witness,
): Promise<void> {
  await sql`
    insert into harvest.suspect as s (source_id, oai_identifier, first_missed_run, reason, evidence)
    select ${run.source_id}, identifier, ${run.id}, ${witness.says}, ${evidence(witness)} from unnest(${identifiers}::text[]) as t (identifier)
    on conflict (source_id, oai_identifier) do update set
      state = 'suspect', first_missed_run = excluded.first_missed_run, reason = excluded.reason, evidence = excluded.evidence, found_at = now(), settled_at = null, checked_at = null
    where s.state in ('confirmed', 'cleared')`.execute(db);
}

/** One entry of `evidence` as an SQL expression. */
const evidence = (entry: object): RawBuilder<unknown> =>
  sql`jsonb_build_array(${JSON.stringify(entry)}::jsonb || jsonb_build_object('at', now()))`;

/** Suspects, the oldest first. `notCheckedSince`: only those that GetRecord was not asked about since. */
export async function listSuspects(
  db: Kysely<Database>,
  sourceId: number,
  options: { readonly states: readonly SuspectState[]; readonly limit?: number; readonly notCheckedSince?: Date },
): Promise<Suspect[]> {
  let query = db
    .selectFrom('harvest.suspect')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('state', 'in', [...options.states]);
  const since = options.notCheckedSince;
  if (since !== undefined) query = query.where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<', since)]));
  return query
    .orderBy('found_at')
    .orderBy('oai_identifier')
    .limit(options.limit ?? 1_000_000)
    .execute();
}

/** A second, independent sign that a record is gone or is there. */
export interface Witness {
  /** sweep, GetRecord, deleted-records, person */
  readonly witness: string;
  readonly says: string;
  readonly [fact: string]: unknown;
}

const batch = 500;

/**
 * Makes tombstones of records of which a second witness says that they are gone, suspects or not, with the reason. Each
 * batch is one transaction. Returns how many records were deleted.
 */
export async function confirmGone(
  db: Kysely<Database>,
  sourceId: number,
  identifiers: readonly string[],
  reason: string,
  witness: Witness,
): Promise<number> {
  let deleted = 0;
  for (let start = 0; start < identifiers.length; start += batch) {
    const some = identifiers.slice(start, start + batch);
    deleted += await confirmBatch(
      db,
      sourceId,
      some.map((identifier) => ({ identifier, reason, witness })),
    );
  }
  return deleted;
}

export interface Confirmation {
  readonly identifier: string;
  readonly reason: string;
  readonly witness: Witness;
}

/** The same as `confirmGone` in one transaction, with one reason per record. */
export async function confirmBatch(db: Kysely<Database>, sourceId: number, confirmations: readonly Confirmation[]): Promise<number> {
  const recordIds = await db.transaction().execute((trx) => confirmWithin(trx, sourceId, confirmations));
  await markLatestVersions(db, recordIds);
  return recordIds.length;
}

async function confirmWithin(trx: Transaction<Database>, sourceId: number, confirmations: readonly Confirmation[]): Promise<number[]> {
  const { rows } = await sql<{ id: number; oai_identifier: string }>`
    select id, oai_identifier from public.record
    where source_id = ${sourceId} and oai_identifier = any(${confirmations.map((it) => it.identifier)}) and not deleted`.execute(trx);
  const ids = new Map(rows.map((row) => [row.oai_identifier, row.id]));
  const deletions = confirmations.flatMap(({ identifier, reason }) =>
    ids.has(identifier) ? [{ recordId: ids.get(identifier)!, reason }] : [],
  );
  await sql`
    insert into harvest.suspect as s (source_id, oai_identifier, state, reason, evidence, settled_at)
    select ${sourceId}, c.identifier, 'confirmed', c.reason, jsonb_build_array(c.witness || jsonb_build_object('at', now())), now()
    from json_to_recordset(${JSON.stringify(confirmations)}::json) as c (identifier text, reason text, witness jsonb)
    where c.identifier = any(${[...ids.keys()]})
    on conflict (source_id, oai_identifier) do update set
      state = 'confirmed', reason = excluded.reason, evidence = s.evidence || excluded.evidence, settled_at = now()`.execute(trx);
  return deleteWithin(trx, sourceId, deletions);
}

/** Removes suspects, because their records exist or a person said so. Returns how many. */
export async function clearSuspects(
  db: Kysely<Database>,
  sourceId: number,
  identifiers: readonly string[],
  witness: Witness,
): Promise<number> {
  const result = await sql`
    update harvest.suspect set state = 'cleared', reason = ${witness.says}, evidence = evidence || ${evidence(witness)}, settled_at = now()
    where source_id = ${sourceId} and oai_identifier = any(${identifiers}) and state in ('suspect', 'held')`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Deletes the records of a source that are held back because too many vanished at once, as a person confirmed; of these
 * identifiers only, if some are given. Returns how many records were deleted.
 */
export async function confirmHeld(db: Kysely<Database>, sourceId: number, identifiers?: readonly string[]): Promise<number> {
  const held = chosen(await listSuspects(db, sourceId, { states: ['held'] }), identifiers);
  const reason = 'no longer listed; a person confirmed that it is gone';
  return confirmGone(db, sourceId, held, reason, { witness: 'person', says: reason });
}

/**
 * Dismisses the suspects of a source, as a person decided: these identifiers, if some are given; else those that are held back,
 * if there are any; else all. Returns how many.
 */
export async function dismissSuspects(db: Kysely<Database>, sourceId: number, identifiers?: readonly string[]): Promise<number> {
  const open = await listSuspects(db, sourceId, { states: ['held', 'suspect'] });
  const held = open.filter(({ state }) => state === 'held');
  const wanted = chosen(identifiers === undefined && held.length > 0 ? held : open, identifiers);
  return clearSuspects(db, sourceId, wanted, { witness: 'person', says: 'a person dismissed the suspicion' });
}

function chosen(suspects: readonly Suspect[], identifiers: readonly string[] | undefined): string[] {
  const wanted = identifiers && new Set(identifiers);
  return suspects.map((suspect) => suspect.oai_identifier).filter((identifier) => wanted?.has(identifier) ?? true);
}

/** Removes suspects that pages of this run or later ones list. Returns how many. */
export async function clearListed(db: Kysely<Database>, run: Pick<ListedRun, 'id' | 'source_id'>): Promise<number> {
  const result = await sql`
    update harvest.suspect s set state = 'cleared', reason = 'it is listed again', settled_at = now(),
           evidence = s.evidence || ${evidence({ witness: 'list', run: run.id, says: 'it is listed again' })}
    where s.source_id = ${run.source_id} and s.state in ('suspect', 'held')
      and exists (select from harvest.window w join harvest.page p on p.window_id = w.id where w.run_id = ${run.id} and s.oai_identifier = any(p.identifiers))`.execute(
    db,
  );
  return Number(result.numAffectedRows ?? 0);
}

/** Stores an answer to GetRecord that decides nothing about a suspect. */
export async function noteEvidence(db: Kysely<Database>, sourceId: number, identifier: string, witness: Witness): Promise<void> {
  await sql`
    update harvest.suspect set evidence = evidence || ${evidence(witness)}, checked_at = now()
    where source_id = ${sourceId} and oai_identifier = ${identifier}`.execute(db);
}
