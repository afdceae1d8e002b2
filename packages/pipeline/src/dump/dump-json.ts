import { NotRdmRecordError, readRdmHeader } from '@thresher/datacite';
import type { DumpDocument } from './dump-documents.ts';
import type { DumpFault } from './dump-record.ts';

/** A document of a JSON dump as a line of a page. */
export interface JsonLine {
  readonly identifier: string;
  readonly line: Buffer;
}

/** Reads who a single record of InvenioRDM is; what it says is read when its page is transformed. */
export function readJsonDocument({ name, bytes, tooLarge }: DumpDocument): JsonLine | DumpFault {
  const named = /^(\d{1,15})\.json$/.exec(name)?.[1];
  const identifier = named === undefined ? null : `oai:zenodo.org:${named}`;
  if (tooLarge !== null)
    return {
      identifier,
      reason: `${name} has ${tooLarge} bytes, more than MAX_DUMP_MEMBER_MB allows; its first ${bytes.length} bytes are kept`,
    };
  try {
    const record: unknown = JSON.parse(bytes.toString());
    return { identifier: readRdmHeader(record).identifier, line: onOneLine(bytes) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotRdmRecordError) return { identifier, reason: `${name}: ${error.message}` };
    throw error;
  }
}

/** Outside of strings, which hold none, a line break is white space. */
function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(10) && !bytes.includes(13)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)));
}

/** The content of a page: the line of each document, an empty one in place of those that cannot be read. */
export const joinLines = (lines: readonly (JsonLine | DumpFault)[]): Buffer =>
  Buffer.concat(lines.flatMap((it) => ('line' in it ? [it.line, lineBreak] : [lineBreak])));

const lineBreak = Buffer.from('\n');
