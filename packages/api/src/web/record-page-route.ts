import { listVersions } from '@thresher/store/read';
import { Type } from 'typebox';
import type { Api } from '../http/instance.ts';
import { recordPage } from '../pages/record/record-page.ts';
import { readRecordView } from '../pages/record/view.ts';
import { pageSignposts } from '../shapes/export-formats.ts';
import { recordPath } from '../shapes/links.ts';
import { metadataOf, readRevisions } from '../lookup/history-routes.ts';
import { lookUp } from '../lookup/look-up.ts';
import { comparePage, historyPage } from '../pages/record/differences.ts';
import { fieldDifferences } from '../shapes/field-differences.ts';
import type { PageContext } from './page-context.ts';

/** Revisions on the page of a history; the API has the others. */
const REVISIONS = 25;

/**
 * `/records/{id}`: the page of a record, whole without scripts, with FAIR Signposting in its `Link` header. Any other name of the
 * record (a DOI, the number of its concept) leads to the address that has its number.
 */
export function addRecordPage(app: Api, context: PageContext): void {
  const schema = { hide: true, params: Type.Object({ '*': Type.String() }) };
  app.get('/records/*', { schema }, async (request, reply) => {
    const { record } = await lookUp(context.db, request.params['*'], request.origin);
    const path = `/records/${recordPath(record)}`;
    if (request.url.split('?')[0] !== path) return reply.code(302).header('location', path).send();
    const view = await readRecordView(context, record, request.origin, new Date());
    reply.header('link', pageSignposts({ ...record, metadata: view.record.metadata }, request.origin));
    return context.send(reply, recordPage(view, path));
  });
  addComparisons(app, context);
}

/** `/records/{id}/history` and `/records/{id}/compare`: what changed in a record, and what differs between two of its versions. */
function addComparisons(app: Api, { db, send }: PageContext): void {
  const params = Type.Object({ id: Type.String({ maxLength: 2_000 }) });
  app.get('/records/:id/history', { schema: { hide: true, params } }, async (request, reply) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const { revisions, total } = await readRevisions(db, record, REVISIONS);
    return send(reply, historyPage({ title: record.metadata?.title ?? null, id: recordPath(record), revisions, total }));
  });
  const name = Type.Optional(Type.String({ maxLength: 2_000 }));
  const querystring = Type.Object({ from: name, to: name });
  app.get('/records/:id/compare', { schema: { hide: true, params, querystring } }, async (request, reply) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const versions = record.conceptDoi === null ? [] : await listVersions(db, record.conceptDoi);
    const own = versions.findIndex(({ oaiIdentifier }) => oaiIdentifier === record.oaiIdentifier);
    const { to = record.uniqueName, from = versions[own + 1]?.uniqueName ?? versions[0]?.uniqueName ?? to } = request.query;
    const [before, after] = [(await lookUp(db, from, request.origin)).record, (await lookUp(db, to, request.origin)).record];
    const differences = fieldDifferences(metadataOf(before), metadataOf(after));
    return send(reply, comparePage({ record, versions, before, after, differences }));
  });
}
