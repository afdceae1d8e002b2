import { csvCell } from '@thresher/datacite';
import { analyses, analyticsAsOf, runAnalysis } from '@thresher/store/read';
import { Type } from 'typebox';
import type { Api } from '../http/instance.ts';
import { analyticsPage } from '../pages/analytics-page.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { PageContext } from './page-context.ts';

/** `/analytics` and the numbers of each of its charts, `/analytics/{id}.csv`. All of it reads views that are computed ahead. */
export function addAnalyticsPage(app: Api, { db, send }: PageContext): void {
  app.get('/analytics', { schema: { hide: true } }, async (_, reply) => {
    const answers = [];
    // One after the other: a page takes one connection of the pool, not twelve.
    for (const analysis of analyses) answers.push({ analysis, rows: await runAnalysis(db, analysis) });
    return send(reply, analyticsPage(answers, await analyticsAsOf(db)));
  });
  const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
  app.get('/analytics/:id.csv', { schema: { hide: true, params } }, async (request, reply) => {
    const analysis = analyses.find(({ id }) => id === request.params.id);
    if (analysis === undefined) throw new ApiProblem(404, 'unknown-path', `there is no analysis '${request.params.id}': see /analytics`);
    const rows = await runAnalysis(db, analysis);
    const lines = [['label', analysis.counts.toLowerCase()], ...rows.map(({ label, value }) => [label, value])];
    const text = lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${analysis.id}.csv"`).send(text);
  });
}
