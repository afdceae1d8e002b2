export { addSeconds, datestampGranularity, formatDatestamp, nextDatestamp, parseDatestamp, parseGranularity, stepMs } from './datestamp.ts';
export type { Granularity } from './datestamp.ts';
export { NoReplyError, NotOaiError, OAI_ERROR_CODES, OaiError, OaiHttpError, TokenLoopError, XmlError } from './errors.ts';
export type { NoReplyReason, OaiErrorItem } from './errors.ts';
export type { ListedRecord, ListPage, ListVerb, RecordFault, RecordHeader, RequestEcho, ResumptionToken } from './page.ts';
export { decodeDocument, parseListPage, parseRecordPage } from './parse.ts';
export type { ParseOptions } from './parse.ts';
export { parseXml } from './xml.ts';
export type { XmlElement } from './xml.ts';
