import { ApiProblem } from '../problems/problem.ts';
import type { Api } from './instance.ts';

const RECORD_LOGIN = [
  'draft',
  'access',
  'requests',
  'request-access',
  'quota',
  'communities-suggestions',
  'request-deletion',
  'file-modification',
  'quota-increase',
];

/**
 * Paths that Zenodo and InvenioRDM answer only after a login (REST API reference of InvenioRDM, developers.zenodo.org): drafts,
 * access settings, requests, members, users, depositions. `*` stands for the rest of a path.
 */
const LOGIN_PATHS = [
  ...RECORD_LOGIN.flatMap((name) => [`/api/records/:id/${name}`, `/api/records/:id/${name}/*`]),
  ...['members', 'invitations', 'requests', 'membership-requests'].map((name) => `/api/communities/:slug/${name}`),
  ...['users', 'user', 'me', 'groups', 'requests', 'audit-logs', 'deposit', 'domains', 'notifications', 'moderation'].flatMap((name) => [
    `/api/${name}`,
    `/api/${name}/*`,
  ]),
  // InvenioRDM shows the list of vocabularies to administrators only.
  '/api/vocabularies',
] as const;

/** Answers reading those paths with 403. Writing gets the 405 of every path. */
export function addLoginPaths(app: Api): void {
  for (const path of LOGIN_PATHS)
    app.get(path, { schema: { hide: true } }, async (request) => {
      throw new ApiProblem(
        403,
        'login-needed',
        `${request.url.split('?')[0]} needs a login at the source: this mirror has only what everybody may read there`,
      );
    });
}
