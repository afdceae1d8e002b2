import { isMetadataPrefix, type MetadataPrefix } from './formats.ts';
import { OaiFault } from './oai-error.ts';

export type ListVerb = 'ListRecords' | 'ListIdentifiers';

/** Where a list of records continues. All of it is in the token, so tokens do not expire and may be sent again. */
export interface ListPlace {
  /** The verb of the list; null in a token issued before tokens had one. */
  readonly verb: ListVerb | null;
  readonly metadataPrefix: MetadataPrefix;
  /** Microseconds since 1970, as in `ProvidedSelection`. */
  readonly from: number | null;
  readonly until: number;
  /** Its subsets belong to the list, too; they are looked up for each page, as a token of all their names could be of any length. */
  readonly set: string | null;
  /** The last record that was sent. */
  readonly after: { readonly changedAt: number; readonly recordId: number };
  /** How many records were sent. */
  readonly cursor: number;
  /** Null if it was not counted. */
  readonly completeListSize: number | null;
}

/** Where a list of sets continues. */
export interface SetsPlace {
  readonly after: string;
  readonly cursor: number;
}

export function writeListToken(place: ListPlace): string {
  const { verb, metadataPrefix, from, until, set, after, cursor, completeListSize } = place;
  return encode([
    metadataPrefix,
    from,
    until,
    set,
    after.changedAt,
    after.recordId,
    cursor,
    completeListSize,
    ...(verb === null ? [] : [verb === 'ListRecords' ? 1 : 0]),
  ]);
}

/** Throws `OaiFault` for a token that this server did not issue, or that belongs to another verb. */
export function readListToken(text: string, verb: ListVerb): ListPlace {
  const [metadataPrefix, from, until, set, changedAt, recordId, cursor, completeListSize, ofRecords, ...rest] = decode(text);
  const begun = ofRecords === undefined ? null : ofRecords === 1 ? 'ListRecords' : 'ListIdentifiers';
  if (
    rest.length === 0 &&
    (begun === null || begun === verb) &&
    (ofRecords === undefined || ofRecords === 0 || ofRecords === 1) &&
    typeof metadataPrefix === 'string' &&
    isMetadataPrefix(metadataPrefix) &&
    (from === null || isCount(from)) &&
    isCount(until) &&
    (set === null || isSetSpec(set)) &&
    isCount(changedAt) &&
    isCount(recordId) &&
    isCount(cursor) &&
    (completeListSize === null || isCount(completeListSize))
  )
    return { verb: begun, metadataPrefix, from, until, set, after: { changedAt, recordId }, cursor, completeListSize };
  throw badToken();
}

export function writeSetsToken({ after, cursor }: SetsPlace): string {
  return encode([after, cursor]);
}

export function readSetsToken(text: string): SetsPlace {
  const [after, cursor, ...rest] = decode(text);
  if (rest.length === 0 && isSetSpec(after) && isCount(cursor)) return { after, cursor };
  throw badToken();
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A set's name of 1,999 characters of three bytes each and the other parts, in base64. */
const MOST_CHARACTERS = 9_000;

function decode(text: string): unknown[] {
  if (text.length > MOST_CHARACTERS) throw badToken();
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch {
    // not a token of this server
  }
  throw badToken();
}

function badToken(): OaiFault {
  return new OaiFault(
    'badResumptionToken',
    'this resumptionToken is not one of this repository, or belongs to another verb: begin the list again',
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** Postgres takes no NUL. */
const isSetSpec = (value: unknown): value is string => typeof value === 'string' && value.length < 2_000 && !value.includes('\u0000');
