import { parseDatestamp, stepMs, type Granularity } from './datestamp.ts';
import { parseSetsPage } from './documents.ts';
import { permittedPerMinute } from './permitted-rate.ts';
import { isRefusal, listOf, readFacts, tryRead, type ProbeAnswer, type ProbeAnswers, type ProbeFacts } from './probe-facts.ts';
import { describeToken } from './probe-token.ts';

/** How a server answers what cannot be answered: an OAI-PMH error code or a bare HTTP error, and under which status. */
export interface ErrorManner {
  readonly status: number | null;
  readonly code: string | null;
}

/** How a repository behaves. Null, unless noted otherwise: the answers did not show it. */
export interface ProbeProfile {
  readonly repositoryName: string | null;
  readonly baseURL: string | null;
  readonly protocolVersion: string | null;
  readonly earliestDatestamp: string | null;
  readonly deletedRecord: 'no' | 'persistent' | 'transient' | null;
  readonly metadataFormats: readonly string[];
  /** The requested format. */
  readonly metadataPrefix: string | null;
  /** Whether it has sets. */
  readonly sets: boolean | null;
  /** Records on a full page; null where the list fits on one. */
  readonly pageSize: number | null;
  readonly completeListSize: number | null;
  readonly bytesPerRecord: number | null;
  readonly latencyMs: number | null;
  readonly token: {
    readonly length: number;
    /** What it looks like. */
    readonly form: string;
    /** Seconds it lives by its expirationDate, on the server's clock. */
    readonly lifeSeconds: number | null;
    readonly hasCursor: boolean;
    /** Sent twice it gave the same page twice. */
    readonly repeatable: boolean | null;
  } | null;
  readonly granularity: { readonly declared: Granularity; readonly accepted: Granularity };
  /** Whether all that came lay at or after `from`, and at or before `until`. */
  readonly fromHonoured: boolean | null;
  readonly untilHonoured: boolean | null;
  /** Whether a window of one instant holds the record of that instant. */
  readonly inclusive: boolean | null;
  /** What a day as `until` means to a server of seconds. */
  readonly dayUntil: 'the whole day' | 'the beginning of the day' | 'refused' | null;
  readonly order: 'ascending' | 'descending' | 'none' | null;
  readonly errors: { readonly noRecordsMatch: ErrorManner; readonly unknownFormat: ErrorManner; readonly unknownIdentifier: ErrorManner };
  readonly contentEncoding: string | null;
  readonly compressionDeclared: readonly string[];
  readonly ratePerMinute: number | null;
  /** `Retry-After` comes with successes too, where it means nothing. */
  readonly retryAfterOnSuccess: boolean;
  /** What a harvest of this source should know. */
  readonly settings: ProbeSettings;
}

/** The settings of a source that follow from a probe. Absent: the default suits the server. */
export interface ProbeSettings {
  readonly tokensRepeatable?: boolean;
  readonly selective?: boolean;
  readonly ratePerMinute?: number;
  /** Only if it is not the one declared. */
  readonly granularity?: Granularity;
}

/** Makes the profile from the answers. `now`: when the answers came, for limits that are stated as an instant. */
export function profileFromAnswers(
  answers: ProbeAnswers,
  options: { readonly metadataPrefix?: string | undefined } = {},
  now: Date = new Date(),
): ProbeProfile {
  const facts = readFacts(answers, options.metadataPrefix);
  const list = listOf(answers.list).page;
  const selection = selectionFromAnswers(answers, facts);
  const repeatable = repeatableFromAnswers(answers);
  const ratePerMinute = lowestRate(answers, now);
  const granularity = { declared: facts.declaredGranularity, accepted: facts.acceptedGranularity };
  const all = Object.values(answers);
  return {
    repositoryName: facts.identify?.repositoryName ?? null,
    baseURL: facts.identify?.baseURL ?? null,
    protocolVersion: facts.identify?.protocolVersion ?? null,
    earliestDatestamp: facts.identify?.earliestDatestamp ?? null,
    deletedRecord: facts.identify?.deletedRecord ?? null,
    metadataFormats: facts.formats,
    metadataPrefix: facts.metadataPrefix,
    sets: setsFromAnswer(answers.sets),
    pageSize: list === null || facts.token === null ? null : list.records.length + list.faults.length,
    completeListSize: list?.resumptionToken?.completeListSize ?? null,
    bytesPerRecord:
      list === null || list.records.length === 0 ? null : Math.round(answers.list!.reply!.bytes.byteLength / list.records.length),
    latencyMs: answers.list === undefined ? null : Math.round(answers.list.latencyMs),
    token: facts.token === null || list === null ? null : { ...describeToken(facts.token, facts.metadataPrefix ?? '', list), repeatable },
    granularity,
    ...selection,
    order: orderFromAnswers(answers),
    errors: {
      noRecordsMatch: mannerOf(answers.empty),
      unknownFormat: mannerOf(answers.prefix),
      unknownIdentifier: mannerOf(answers.record),
    },
    contentEncoding: all.find((answer) => answer.reply?.headers['content-encoding'])?.reply?.headers['content-encoding'] ?? null,
    compressionDeclared: facts.identify?.compression ?? [],
    ratePerMinute,
    retryAfterOnSuccess: all.some(({ reply }) => reply !== null && reply.status < 300 && reply.headers['retry-after'] !== undefined),
    settings: {
      ...(repeatable === null ? {} : { tokensRepeatable: repeatable }),
      ...(selection.fromHonoured === null ? {} : { selective: selection.fromHonoured && selection.untilHonoured !== false }),
      ...(ratePerMinute === null ? {} : { ratePerMinute }),
      ...(granularity.accepted === granularity.declared ? {} : { granularity: granularity.accepted }),
    },
  };
}

/** The token was sent twice: the same page, or the next one, or none. */
function repeatableFromAnswers(answers: ProbeAnswers): boolean | null {
  const first = listOf(answers.follow).page;
  const second = listOf(answers.again);
  if (first === null || (second.page === null && second.error === null)) return null;
  if (second.page === null) return false;
  const identifiers = (page: typeof first) => page.records.map(({ header }) => header.identifier).join('\n');
  return identifiers(first) === identifiers(second.page);
}

type Selection = Pick<ProbeProfile, 'fromHonoured' | 'untilHonoured' | 'inclusive' | 'dayUntil'>;

function selectionFromAnswers(answers: ProbeAnswers, facts: ProbeFacts): Selection {
  const { latest, acceptedGranularity } = facts;
  if (latest === null) return { fromHonoured: null, untilHonoured: null, inclusive: null, dayUntil: null };
  const unit = stepMs(acceptedGranularity);
  const units = (at: Date): number => Math.floor(at.getTime() / unit);
  const from = listOf(facts.secondsRefused ? answers.fromDay : answers.from);
  const window = listOf(answers.window);
  const fromTimes = timesOf(from.page?.records ?? []);
  const windowTimes = timesOf(window.page?.records ?? []);
  const whole = timesOf([...(listOf(answers.list).page?.records ?? []), ...(listOf(answers.follow).page?.records ?? [])]);
  const earlier = whole.some((at) => units(at) < units(latest));
  const outside = fromTimes.some((at) => units(at) < units(latest));
  return {
    // Where every record that was seen has one datestamp, a list that starts there proves nothing.
    fromHonoured: from.page === null || (!outside && !earlier) ? null : !outside,
    untilHonoured: window.page === null ? null : windowTimes.every((at) => units(at) <= units(latest)),
    inclusive:
      window.page === null ? (window.error === 'noRecordsMatch' ? false : null) : windowTimes.some((at) => units(at) === units(latest)),
    dayUntil: untilOfDay(answers.day, latest),
  };
}

function untilOfDay(answer: ProbeAnswer | undefined, latest: Date): ProbeProfile['dayUntil'] {
  if (answer === undefined) return null;
  const { page, error } = listOf(answer);
  if (isRefusal(error)) return 'refused';
  // A record of midnight is in either way.
  if (latest.getTime() % 86_400_000 === 0) return null;
  return timesOf(page?.records ?? []).some((at) => at.getTime() % 86_400_000 !== 0) ? 'the whole day' : 'the beginning of the day';
}

function orderFromAnswers(answers: ProbeAnswers): ProbeProfile['order'] {
  const times = timesOf([...(listOf(answers.list).page?.records ?? []), ...(listOf(answers.follow).page?.records ?? [])]).map(Number);
  if (new Set(times).size < 2) return null;
  if (times.every((at, i) => i === 0 || at >= times[i - 1]!)) return 'ascending';
  return times.every((at, i) => i === 0 || at <= times[i - 1]!) ? 'descending' : 'none';
}

const timesOf = (records: readonly { readonly header: { readonly datestamp: string } }[]): Date[] =>
  records.flatMap(({ header }) => parseDatestamp(header.datestamp) ?? []);

function setsFromAnswer(answer: ProbeAnswer | undefined): boolean | null {
  if (answer === undefined || answer.reply === null) return null;
  const page = tryRead(answer, parseSetsPage);
  return page === null ? (mannerOf(answer).code === 'noSetHierarchy' ? false : null) : page.sets.length > 0;
}

const mannerOf = (answer: ProbeAnswer | undefined): ErrorManner => ({ status: answer?.reply?.status ?? null, code: listOf(answer).error });

function lowestRate(answers: ProbeAnswers, now: Date): number | null {
  const rates = Object.values(answers).flatMap(({ reply }) => (reply?.rateLimit ? (permittedPerMinute(reply.rateLimit, now) ?? []) : []));
  return rates.length === 0 ? null : Math.min(...rates);
}
