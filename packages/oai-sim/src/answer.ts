import { bytesOf, encodeText, formatSecond } from './xml.ts';

export interface SimRequest {
  readonly method: string;
  /** Path with query, or a whole URL. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The client's address; counts for the rate limit. */
  readonly address?: string;
  /** Only the admin endpoints read it. */
  readonly body?: string;
}

/** How the connection transmits the answer. */
export type Transport =
  | { readonly kind: 'cut-before-headers' }
  /** The connection ends after this share of the body. */
  | { readonly kind: 'cut-body'; readonly share: number }
  /** Headers, then nothing, until the client gives up or this time has passed. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** The body in pieces over this time. */
  | { readonly kind: 'slow-body'; readonly ms: number };

export interface SimAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** In place of `body`: the first `count` bytes of a large one. */
  readonly stream?: { readonly length: number; bytes(count: number): AsyncIterable<Uint8Array> };
  /** How long to wait before the answer, milliseconds. */
  readonly delayMs?: number;
  readonly transport?: Transport;
  /** Name of the fault that shaped this answer. */
  readonly fault?: string;
}

export type OaiErrorCode = 'badArgument' | 'badVerb' | 'badResumptionToken' | 'idDoesNotExist' | 'noRecordsMatch';

const ROOT =
  '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">';
const STYLESHEET = '<?xml-stylesheet type="text/xsl" href="/static/oai2.xsl"?>';

export const XML_HEADERS = { 'content-type': 'text/xml; charset=utf-8' };
const HTML_HEADERS = { 'content-type': 'text/html; charset=utf-8' };

/** A whole OAI-PMH response with status 200. `content` is the verb's element in byte strings, indented by two blanks. */
export function xmlAnswer(
  baseURL: string,
  now: number,
  request: readonly (readonly [string, string])[],
  content: readonly string[],
): SimAnswer {
  const attributes = request.map(([name, value]) => ` ${name}="${encodeText(value)}"`).join('');
  const head = `<?xml version='1.0' encoding='UTF-8'?>\n${STYLESHEET}\n${ROOT}\n  <responseDate>${formatSecond(now)}</responseDate>\n  <request${attributes}>${baseURL}</request>\n`;
  return { status: 200, headers: XML_HEADERS, body: bytesOf(head, ...content, '</OAI-PMH>\n') };
}

/** Zenodo's OAI errors: HTTP 422, no XML declaration, `<request>` without attributes. */
export function errorAnswer(baseURL: string, now: number, code: OaiErrorCode, text: string): SimAnswer {
  const body = `${STYLESHEET}${ROOT}<responseDate>${formatSecond(now)}</responseDate><request>${baseURL}</request><error code="${code}">${encodeText(text)}</error></OAI-PMH>`;
  const validation = code === 'badArgument' || code === 'badVerb' || code === 'badResumptionToken';
  return { status: 422, headers: validation ? { ...XML_HEADERS, vary: 'Cookie' } : XML_HEADERS, body: bytesOf(body) };
}

const REASONS: Record<number, string> = {
  200: 'OK',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** An error page for people, as the application or the proxy in front of it sends one. */
export function htmlAnswer(status: number, headers: Readonly<Record<string, string>> = {}): SimAnswer {
  const title = `${status} ${REASONS[status] ?? 'Error'}`;
  const body = `<!doctype html>\n<html lang=en>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>The server could not answer this request.<br>\n</body>\n</html>\n`;
  return { status, headers: { ...HTML_HEADERS, ...headers }, body: Buffer.from(body) };
}
