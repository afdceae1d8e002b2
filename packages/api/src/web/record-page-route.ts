import { Type } from 'typebox';
import type { Api } from '../http/instance.ts';
import { recordPage } from '../pages/record/record-page.ts';
import { readRecordView } from '../pages/record/view.ts';
import { pageSignposts } from '../shapes/export-formats.ts';
import { recordPath } from '../shapes/links.ts';
import { lookUp } from '../lookup/look-up.ts';
import type { PageContext } from './page-context.ts';

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
    const view = await readRecordView(context, record, request.origin);
    reply.header('link', pageSignposts({ ...record, metadata: view.record.metadata }, request.origin));
    return context.send(reply, recordPage(view, path));
  });
}
