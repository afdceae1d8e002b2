import type { FastifyReply } from 'fastify';
import type { Citer } from '../citations/cite.ts';
import type { ApiDeps } from '../deps.ts';
import type { AdminCheck } from '../http/admin.ts';
import type { Page } from '../pages/layout.ts';

/** What the pages are made from. */
export type WebDeps = Pick<ApiDeps, 'webRoot' | 'db' | 'search' | 'searchFault' | 'readDb' | 'adminKey' | 'queryTimeoutMs'> & {
  readonly cite: Citer;
  readonly checkAdmin: AdminCheck;
};

/** Sends a page. */
export type SendPage = (reply: FastifyReply, page: Page) => Promise<FastifyReply>;

/** What the route of a page gets. */
export interface PageContext extends WebDeps {
  readonly send: SendPage;
}
