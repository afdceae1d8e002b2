import swagger from '@fastify/swagger';
import type { ApiDeps } from './deps.ts';
import type { Api } from './http/instance.ts';

const DESCRIPTION = `Zenodo's read API over harvested records, from your own machine. What was written for Zenodo works after changing the base URL.

Errors are problem documents (RFC 9457). This is a read mirror: writing methods are answered with 405.`;

/** Must be registered before the routes that it describes. */
export function addOpenApi(app: Api, { version }: Pick<ApiDeps, 'version'>): void {
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Thresher', description: DESCRIPTION, version, license: { name: 'MIT', identifier: 'MIT' } },
      // Relative to where the document is read from.
      servers: [{ url: '/' }],
      tags: [
        { name: 'records', description: 'Search and look up records' },
        { name: 'communities', description: 'Communities that records are in' },
        { name: 'vocabularies', description: 'What records name: people, funders, subjects …' },
        { name: 'changes', description: 'Follow what changes' },
        { name: 'oai-pmh', description: 'For harvesters' },
        { name: 'harvest', description: 'What was harvested, and whether all of it arrived' },
        { name: 'operation', description: 'For those who run it' },
      ],
    },
    // By their own names instead of `def-0`.
    refResolver: { buildLocalReference: (schema, _, __, index) => (typeof schema['$id'] === 'string' ? schema['$id'] : `schema-${index}`) },
  });
}

/** `GET /api/openapi.json`. */
export function addOpenApiRoute(app: Api): void {
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_, reply) => {
    reply.type('application/json; charset=utf-8');
    return JSON.stringify(app.swagger());
  });
}
