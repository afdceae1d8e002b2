import { settledUntil } from '@thresher/store/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { problemResponse } from '../problems/problem.ts';
import { answerOai } from './answer.ts';
import { OaiFault } from './oai-error.ts';
import { readOaiRequest } from './request.ts';
import { errorXml, oaiDocument } from './write-xml.ts';

const MEDIA_TYPE = 'text/xml; charset=utf-8';
const FORM = 'application/x-www-form-urlencoded';

/** `GET` and `POST /oai2d`: an OAI-PMH 2.0 repository of what was harvested. */
export function addOaiRoutes(app: Api, deps: ApiDeps): void {
  const schema = {
    tags: ['oai-pmh'],
    summary: 'An OAI-PMH 2.0 repository of the harvested records',
    description:
      'All six verbs; oai_datacite, datacite, oai_dc, marcxml and dcat; deleted records are kept. The datestamp is when this copy changed; where a record came from is in its `about`. Tokens do not expire. Arguments may also come with a POST: in its form, in its URL or in both.',
    querystring: Type.Object({
      verb: Type.Optional(Type.Any({ description: 'Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords or GetRecord' })),
    }),
    response: {
      200: { description: 'The answer, errors of the protocol included', content: { 'text/xml': { schema: { type: 'string' } } } },
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
  app.get('/oai2d', { schema }, (request, reply) => sendOai(deps, request, reply, requestUrl(request).searchParams));
  // In a separate scope: form bodies are accepted nowhere else.
  void app.register(async (scope) => {
    scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_, body, done) => done(null, body));
    scope.post('/oai2d', { schema: { hide: true } }, (request, reply) => {
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      // OAI-PMH has the arguments of a POST in its form; Zenodo's server (invenio-oaiserver 6.0.2) reads those of the URL.
      return sendOai(deps, request, reply, new URLSearchParams([...requestUrl(request).searchParams, ...form]));
    });
  });
}

async function sendOai(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply, parameters: URLSearchParams): Promise<FastifyReply> {
  const baseURL = `${request.origin}/oai2d`;
  // It changes each second, so caching is no use.
  reply.type(MEDIA_TYPE).header('cache-control', 'no-store');
  return reply.send(await oaiAnswer(deps, baseURL, parameters));
}

async function oaiAnswer(deps: ApiDeps, baseURL: string, parameters: URLSearchParams): Promise<string> {
  let responseDate = Date.now();
  try {
    const request = readOaiRequest(parameters);
    // A harvester that continues from this instant misses nothing, even if this answer is empty.
    const settled = await settledUntil(deps.db);
    responseDate = Math.floor(settled / 1000);
    const content = await answerOai({ db: deps.db, baseURL, adminEmail: deps.contact ?? UNKNOWN }, request, settled);
    return oaiDocument({ baseURL, responseDate, request: Object.fromEntries(parameters) }, content);
  } catch (error) {
    if (!(error instanceof OaiFault)) throw error;
    // The protocol permits no attributes after these two errors.
    const request = error.code === 'badVerb' || error.code === 'badArgument' ? {} : Object.fromEntries(shown(parameters));
    return oaiDocument({ baseURL, responseDate, request }, errorXml(error.code, error.message));
  }
}

/** Without arguments that are longer than any valid one, such as a forged token. */
const shown = (parameters: URLSearchParams): [string, string][] => [...parameters].filter(([, value]) => value.length <= 10_000);

/** The protocol requires an address; no mail arrives at this one (RFC 2606). */
const UNKNOWN = 'nobody@thresher.invalid';
