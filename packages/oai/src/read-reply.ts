import { NotOaiError, OaiError, OaiHttpError, XmlError } from './errors.ts';
import type { ListedRecord, ListPage } from './page.ts';
import { parseListPage, parseRecordPage } from './parse.ts';
import { parseIdentify } from './documents.ts';
import type { OaiReply } from './reply.ts';

/**
 * Reads a reply's body with `parse`, whatever the HTTP status, since servers send OAI-PMH errors as 200, 404 or 422.
 * Throws `OaiError` for an error of the protocol; `OaiHttpError` for a failing status without one, and for 429 and 503 in any case,
 * as they are about time; else what `parse` throws.
 */
export function readReply<T>(reply: OaiReply, parse: (reply: OaiReply) => T): T {
  const { status, url } = reply;
  if (status === 429 || status === 503) throw httpError(reply);
  try {
    const parsed = parse(reply);
    if (status < 200 || status > 299) throw httpError(reply);
    return parsed;
  } catch (error) {
    if (error instanceof OaiError) throw new OaiError(error.errors, { httpStatus: status, url });
    const unreadable = error instanceof XmlError || error instanceof NotOaiError;
    throw unreadable && (status < 200 || status > 299) ? httpError(reply) : error;
  }
}

/** The error of a reply that refuses the client (401, 403) and is no answer of OAI-PMH; null for any other reply. */
export function refusalOf(reply: OaiReply): OaiHttpError | null {
  if (reply.status !== 401 && reply.status !== 403) return null;
  try {
    readReply(reply, parseIdentify);
  } catch (error) {
    return error instanceof OaiHttpError ? error : null;
  }
  return null;
}

function httpError({ status, url, headers, retryAfterMs, bytes }: OaiReply): OaiHttpError {
  const bodyStart = Buffer.from(bytes.subarray(0, 2000)).toString('utf8').slice(0, 500);
  return new OaiHttpError({ status, url, headers, retryAfterMs, bodyStart });
}

/** The list page in a reply. Throws as `readReply` does, `OaiError` with `noRecordsMatch` for an empty list included. */
export function readListPage(reply: OaiReply, options: { readonly metadata: boolean }): ListPage {
  return readReply(reply, ({ bytes, charset }) => {
    const page = parseListPage(bytes, { ...options, charset });
    // Both a list and an error: the list came, and whatever the error says shows in `errors`.
    if (page.errors.length > 0 && page.verb === null) throw new OaiError(page.errors);
    return page;
  });
}

/** The record in a reply to GetRecord. Throws as `readReply` does; `XmlError` where the record is broken. */
export function readRecord(reply: OaiReply): ListedRecord {
  return readReply(reply, ({ bytes, charset }) => {
    const { records, faults, errors } = parseRecordPage(bytes, { metadata: true, charset });
    if (records[0] !== undefined) return records[0];
    if (errors.length > 0) throw new OaiError(errors);
    const [fault] = faults;
    throw fault
      ? new XmlError(fault.reason, fault.line ?? 1, fault.column ?? 1)
      : new NotOaiError('the endpoint answered GetRecord without a record');
  });
}
