import { xmlTag, xmlTextTag } from '@thresher/datacite';
import { redactUrl } from '@thresher/runtime';
import type { ProvidedRecord, RecordOrigin } from '@thresher/store/read';
import { METADATA_FORMATS, type MetadataPrefix, originNamespace } from './formats.ts';
import type { OaiErrorCode } from './oai-error.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const OAI = 'http://www.openarchives.org/OAI/2.0/';
const PROVENANCE = 'http://www.openarchives.org/OAI/2.0/provenance';

interface Frame {
  readonly baseURL: string;
  /** Milliseconds since 1970. */
  readonly responseDate: number;
  /** The attributes of `request`: none if verb or arguments are wrong. */
  readonly request: Readonly<Record<string, string>>;
}

/** Values that the protocol's schema permits; other arguments are not repeated. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  metadataPrefix: /^[A-Za-z0-9\-_.!~*'()]+$/,
  set: /^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/,
};

/** A whole answer around the XML of a verb or of its errors. */
export function oaiDocument({ baseURL, responseDate, request }: Frame, content: string): string {
  const root = { xmlns: OAI, 'xmlns:xsi': XSI, 'xsi:schemaLocation': `${OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd` };
  const echo = Object.fromEntries(Object.entries(request).filter(([name, value]) => SHAPES[name]?.test(value) ?? true));
  const head = xmlTextTag('responseDate', utcSecond(responseDate)) + xmlTextTag('request', baseURL, echo);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlTag('OAI-PMH', root, head + content)}\n`;
}

export function errorXml(code: OaiErrorCode, message: string): string {
  return xmlTextTag('error', message, { code });
}

/** `YYYY-MM-DDThh:mm:ssZ` */
export function utcSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function headerXml(record: ProvidedRecord): string {
  const { oaiIdentifier, changedAt, setSpecs, deleted } = record;
  const inner = [
    xmlTextTag('identifier', oaiIdentifier),
    xmlTextTag('datestamp', utcSecond(changedAt / 1000)),
    ...setSpecs.map((setSpec) => xmlTextTag('setSpec', setSpec)),
  ];
  return xmlTag('header', { status: deleted ? 'deleted' : null }, inner.join(''));
}

/** A deleted record has neither metadata nor about. */
export function recordXml(record: ProvidedRecord, metadataPrefix: MetadataPrefix): string {
  if (record.metadata === null) return xmlTag('record', {}, headerXml(record));
  const metadata = xmlTag('metadata', {}, METADATA_FORMATS[metadataPrefix].render(record.metadata, record.files));
  return xmlTag('record', {}, headerXml(record) + metadata + aboutXml(record));
}

/** Where the record was harvested, as the guidelines for aggregators have it. It was read and written again, so it is altered. */
function aboutXml({ oaiIdentifier, changedAt, origin }: ProvidedRecord): string {
  const inner = [
    xmlTextTag('baseURL', redactUrl(origin.baseUrl)),
    xmlTextTag('identifier', oaiIdentifier),
    xmlTextTag('datestamp', origin.datestamp),
    xmlTextTag('metadataNamespace', namespaceOf(origin)),
  ];
  const description = xmlTag('originDescription', { harvestDate: utcSecond(changedAt / 1000), altered: 'true' }, inner.join(''));
  const attributes = { xmlns: PROVENANCE, 'xmlns:xsi': XSI, 'xsi:schemaLocation': `${PROVENANCE} ${PROVENANCE}.xsd` };
  return xmlTag('about', {}, xmlTag('provenance', attributes, description));
}

function namespaceOf({ metadataPrefix }: RecordOrigin): string {
  return originNamespace(metadataPrefix) ?? metadataPrefix;
}

interface Token {
  /** Null on the last page. */
  readonly value: string | null;
  readonly cursor: number;
  readonly completeListSize: number | null;
}

/** Nothing for a list that fits on one page. */
export function tokenXml({ value, cursor, completeListSize }: Token): string {
  if (value === null && cursor === 0) return '';
  const size = completeListSize === null ? null : String(completeListSize);
  return xmlTextTag('resumptionToken', value ?? '', { completeListSize: size, cursor: String(cursor) });
}
