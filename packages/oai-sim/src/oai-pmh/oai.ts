import { errorAnswer, htmlAnswer, xmlAnswer } from '../answer.ts';
import type { SimAnswer, SimRequest } from '../answer.ts';
import { answerList } from './answer-list.ts';
import type { ListAlteration } from './answer-list.ts';
import { answerGetRecord, answerIdentify, answerListMetadataFormats, answerListSets } from './answer-verbs.ts';
import type { Exchange, VerbAnswer } from './exchange.ts';
import { readArguments, Refusal } from './request.ts';

/** The protocol itself: one request, one answer, no faults, no limits. Arguments are read from the URL only. */
export function answerOai(exchange: Exchange, request: SimRequest, alteration: ListAlteration = {}): SimAnswer {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return htmlAnswer(405, { allow: 'GET, HEAD, OPTIONS, POST' });
  const cut = url.indexOf('?');
  try {
    const answer = answerVerb(exchange, new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)), alteration);
    return xmlAnswer(exchange.baseURL, exchange.now, answer.request, answer.content);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === 'http-500' ? htmlAnswer(500) : errorAnswer(exchange.baseURL, exchange.now, error.code, error.message);
  }
}

function answerVerb(exchange: Exchange, query: URLSearchParams, alteration: ListAlteration): VerbAnswer {
  const { verb, args } = readArguments(query, exchange.repository);
  switch (verb) {
    case 'Identify':
      return answerIdentify(exchange);
    case 'ListMetadataFormats':
      return answerListMetadataFormats(exchange, args);
    case 'ListSets':
      return answerListSets(exchange, args);
    case 'GetRecord':
      return answerGetRecord(exchange, args);
    case 'ListIdentifiers':
    case 'ListRecords':
      return answerList(exchange, verb, args, alteration);
  }
}
