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
  const known = quickIdentifier(bytes, named);
  if (known !== null) return { identifier: known, line: onOneLine(bytes) };
  try {
    const record: unknown = JSON.parse(bytes.toString());
    return { identifier: readRdmHeader(record).identifier, line: onOneLine(bytes) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotRdmRecordError) return { identifier, reason: `${name}: ${error.message}` };
    throw error;
  }
}

const oaiPid = /"oai": ?\{(?:"provider": ?"oai", ?)?"identifier": ?"(oai:zenodo\.org:\d{1,15})"/g;

/**
 * Reads who a record of Zenodo is without parsing it, which its page does later: its identifier for OAI-PMH has the number of its file's
 * name, and no other object has that. Null if it is not as plain as that. A quote inside a text is never bare.
 */
function quickIdentifier(bytes: Buffer, named: string | undefined): string | null {
  const last = bytes.at(-1);
  if (named === undefined || bytes[0] !== brace.open || (last !== brace.close && last !== lineBreak[0])) return null;
  const text = bytes.toString('latin1');
  const [found, ...others] = [...text.matchAll(oaiPid)].map(([, identifier]) => identifier!);
  const isPlain = others.length === 0 && found === `oai:zenodo.org:${named}` && /"metadata": ?\{/.test(text);
  return isPlain ? found : null;
}

const brace = { open: 0x7b, close: 0x7d };

/** Outside of strings, which hold none, a line break is white space. */
function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(10) && !bytes.includes(13)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)));
}

/** The content of a page: the line of each document, an empty one in place of those that cannot be read. */
export const joinLines = (lines: readonly (JsonLine | DumpFault)[]): Buffer =>
  Buffer.concat(lines.flatMap((it) => ('line' in it ? [it.line, lineBreak] : [lineBreak])));

const lineBreak = Buffer.from('\n');
