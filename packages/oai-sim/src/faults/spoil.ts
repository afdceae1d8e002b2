import { gzipSync } from 'node:zlib';
import type { SimAnswer } from '../answer.ts';
import type { ListAlteration } from '../oai-pmh/answer-list.ts';
import type { Fault } from './faults.ts';
import type { ListPage, PageToken } from '../oai-pmh/page.ts';

/** What a fault changes while a page is made. `token` is the one the request carried. */
export function alterationFor(fault: Fault, token: string | null): ListAlteration {
  switch (fault.fault) {
    case 'from-ignored':
      return { ignoreFrom: true };
    case 'day-datestamps':
      return { dayDatestamps: true };
    case 'token-cycle':
      return { rewindPages: 2 };
    case 'list-grows':
      return { grow: 3 };
    case 'list-shrinks':
      return { shrink: 1 };
    case 'until-alone-refused':
      return { refuseUntilAlone: true };
    case 'token-repeated':
      return { page: (page) => (token === null ? page : withToken(page, { text: token })) };
    case 'empty-page':
      return { page: (page) => ({ ...page, items: [] }) };
    case 'size-absent':
      return { page: (page) => withToken(page, { completeListSize: null }) };
    case 'size-wrong':
      return { page: (page) => withToken(page, { completeListSize: String(Number(page.token?.completeListSize) + 7) }) };
    case 'size-not-a-number':
      return { page: (page) => withToken(page, { completeListSize: "{u'relation': u'eq', u'value': 257}" }) };
    case 'cursor-absent':
      return { page: (page) => withToken(page, { cursor: null }) };
    case 'control-character':
      return { page: (page) => inFirstTitle(page, '\u0001') };
    case 'bare-ampersand':
      return { page: (page) => inFirstTitle(page, ' R&D ') };
    case 'invalid-utf8':
      return { page: (page) => inFirstTitle(page, '\xff\xfe') };
    default:
      return {};
  }
}

function withToken(page: ListPage, change: Partial<PageToken>): ListPage {
  return page.token === null ? page : { ...page, token: { ...page.token, ...change } };
}

/** Headers have no title: there the text goes into the identifier. */
function inFirstTitle(page: ListPage, text: string): ListPage {
  const [first = '', ...rest] = page.items;
  const end = /<\/(title|dc:title|identifier)>/.exec(first.includes('title>') ? first.slice(first.indexOf('title>')) : first);
  if (end === null) return page;
  const at = first.indexOf(end[0], first.includes('title>') ? first.indexOf('title>') : 0);
  return { ...page, items: [first.slice(0, at) + text + first.slice(at), ...rest] };
}

/** What a fault changes in a finished answer. */
export function spoilAnswer(answer: SimAnswer, fault: Fault): SimAnswer {
  switch (fault.fault) {
    case 'cut-xml':
      return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
    case 'gzip-unannounced':
      return { ...answer, body: gzipSync(answer.body) };
    case 'wrong-content-type':
      return { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=iso-8859-1' } };
    case 'cut-body':
    case 'dump-replaced':
      return { ...answer, transport: { kind: 'cut-body', share: 0.5 } };
    case 'stall':
      return { ...answer, transport: { kind: 'stall', ms: fault.ms ?? 600_000 } };
    case 'slow-body':
      return { ...answer, transport: { kind: 'slow-body', ms: fault.ms ?? 2_000 } };
    default:
      return answer;
  }
}
