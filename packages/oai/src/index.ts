export { boundEarliest, boundPerMinute, boundTimerMs, boundWaitMs, longestWaitMs, serverTime, tokenLifeMs } from './bounds.ts';
export type { Bounded } from './bounds.ts';
export { createOaiClient } from './client.ts';
export type { ListPagesOptions, OaiClient, OaiClientOptions } from './client.ts';
export { addSeconds, datestampGranularity, formatDatestamp, nextDatestamp, parseDatestamp, parseGranularity, stepMs } from './datestamp.ts';
export type { Granularity } from './datestamp.ts';
export { parseIdentify, parseMetadataFormats, parseSetsPage } from './documents.ts';
export type { Body, Identify, MetadataFormat, OaiSet } from './documents.ts';
export { NoReplyError, NotOaiError, OAI_ERROR_CODES, OaiError, OaiHttpError, TokenLoopError, XmlError } from './errors.ts';
export type { NoReplyReason, OaiErrorItem } from './errors.ts';
export { authorized, discard, fetchReply, followRedirects, noReplyFor } from './fetch-reply.ts';
export type { FetchLimits } from './fetch-reply.ts';
export { AddressRefusedError, type LookupAll, type Outbound, type OutboundRule } from './outbound.ts';
export { permittedPerMinute, walksNeeded } from './permitted-rate.ts';
export {
  boundTimes,
  type Counted,
  countedBy,
  changeRateLimit,
  type Latencies,
  applyCounted,
  type RateLimitSlots,
  type SlotReservation,
  reserveRateLimitSlot,
} from './rate-limit-slots.ts';
export type { ListedRecord, ListPage, ListVerb, RecordFault, RecordHeader, RequestEcho, ResumptionToken } from './page.ts';
export { decodeDocument, parseListPage, parseRecordPage } from './parse.ts';
export type { ParseOptions } from './parse.ts';
export type { ProbeAnswer, ProbeAnswers, ProbeName } from './probe-facts.ts';
export { profileFromAnswers } from './probe-profile.ts';
export type { ErrorManner, ProbeProfile, ProbeSettings } from './probe-profile.ts';
export { nextProbe } from './probe-questions.ts';
export { readListPage, readRecord, readReply, refusalOf } from './read-reply.ts';
export type { OaiReply, RateLimit } from './reply.ts';
export { baseUrlOf, requestUrl } from './request.ts';
export type { ListArguments, RequestArguments } from './request.ts';
export { createDispatcher, undiciTransport } from './transport.ts';
export type { Transport, TransportOptions, TransportReply } from './transport.ts';
export { userAgent } from './user-agent.ts';
export { backoffMs, newWalk, nextStep, tokenExpires } from './walk.ts';
export type { Walk, WalkDecision, WalkEvent, WalkLimits } from './walk.ts';
export { isDivisible, isInside, splitByDensity, splitWindow, targetListSize } from './windows.ts';
export type { DateWindow } from './windows.ts';
export { parseXml } from './xml.ts';
export type { XmlElement } from './xml.ts';
