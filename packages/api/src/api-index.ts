import { Type } from 'typebox';
import type { Api } from './http/instance.ts';

const Links = Type.Object({ links: Type.Record(Type.String(), Type.String()) }, { description: 'Where everything begins' });

/** Names of what begins at `/api/`, as Zenodo's own index has them where it does. */
const PLACES = {
  records: '/api/records',
  communities: '/api/communities',
  licenses: '/api/licenses',
  funders: '/api/funders',
  grants: '/api/grants',
  awards: '/api/awards',
  names: '/api/names',
  affiliations: '/api/affiliations',
  subjects: '/api/subjects',
  lookup: '/api/lookup',
  changes: '/api/changes',
  oaipmh_sets: '/api/oaipmh/sets',
  oaipmh_formats: '/api/oaipmh/formats',
  oai: '/oai2d',
  openapi: '/api/openapi.json',
  docs: '/api/docs',
} as const;

/** `GET /api/`: the addresses of the API. */
export function addApiIndex(app: Api): void {
  const schema = { tags: ['operation'], summary: 'The addresses of this API', response: { 200: Links } };
  app.get('/api/', { schema }, async ({ origin }) => ({
    links: { self: `${origin}/api/`, ...Object.fromEntries(Object.entries(PLACES).map(([name, path]) => [name, origin + path])) },
  }));
}
