import { csvLine } from '@thresher/datacite';
import { describeTables, queriedSchemas } from '@thresher/store/database';
import {
  analyses,
  analysedSources,
  type Analysis,
  type AnalysisFilter,
  type AnalysisRow,
  analyticsAsOf,
  findCommunity,
  runAnalysis,
} from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import { unknownCommunity } from '../communities/slugs.ts';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { analysisSvg, analyticsPage } from '../pages/analytics-page.ts';
import { sqlPage } from '../pages/sql-page.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { PageContext } from './page-context.ts';

const { Object: Shape, Optional, String: Text } = Type;

// A form sends an empty text for an empty field.
const year = Optional(Text({ pattern: '^(?:\\d{4})?$', description: 'A year of publication' }));
const querystring = Shape({
  source: Optional(Text({ maxLength: 200 })),
  community: Optional(Text({ maxLength: 500 })),
  from: year,
  to: year,
});

/** `/analytics` and the numbers of each of its charts, `/analytics/{id}.csv` and `.svg`. One filter applies to all of them. */
export function addAnalyticsPage(app: Api, { db, send, adminKey }: PageContext): void {
  addQueryPage(app, { db, send, adminKey });
  app.get('/analytics', { schema: { hide: true, querystring } }, async ({ query }, reply) => {
    const filter = await readFilter(db, query);
    const answers = [];
    // One after the other: a page takes one connection of the pool, not twelve.
    for (const analysis of analyses) answers.push({ analysis, rows: await runAnalysis(db, analysis, filter) });
    const [asOf, sources] = [await analyticsAsOf(db), await analysedSources(db)];
    return send(reply, analyticsPage({ answers, asOf, sources, filter }));
  });
  const params = Shape({ id: Text({ maxLength: 100 }) });
  app.get('/analytics/:id.csv', { schema: { hide: true, params, querystring } }, async ({ params: { id }, query }, reply) => {
    const { analysis, rows } = await answer(db, id, query);
    const isStacked = analysis.form === 'stacked';
    const lines = [
      ['label', ...(isStacked ? ['part'] : []), analysis.counts.toLowerCase()],
      ...rows.map(({ label, part, value }) => [label, ...(isStacked ? [part] : []), value]),
    ];
    const text = lines.map(csvLine).join('');
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${id}.csv"`).send(text);
  });
  app.get('/analytics/:id.svg', { schema: { hide: true, params, querystring } }, async ({ params: { id }, query }, reply) => {
    const { analysis, rows } = await answer(db, id, query);
    const svg = analysisSvg(analysis, rows);
    return reply.type('image/svg+xml; charset=utf-8').header('content-disposition', `attachment; filename="${id}.svg"`).send(svg);
  });
}

/** `/analytics/sql`: the query box. Its queries go to the route of room `sql`. */
function addQueryPage(app: Api, { db, send, adminKey }: Pick<PageContext, 'db' | 'send' | 'adminKey'>): void {
  const asked = Shape({ q: Optional(Text({ maxLength: 20_000 })) });
  app.get('/analytics/sql', { schema: { hide: true, querystring: asked } }, async ({ query: { q = FIRST_QUERY } }, reply) =>
    send(reply, sqlPage(await describeTables(db, queriedSchemas), q, adminKey !== undefined)),
  );
}

const FIRST_QUERY = `select publication_year, sum(works) as works
from analytics.growth
group by publication_year order by publication_year`;

type Query = Static<typeof querystring>;

async function answer(
  db: ApiDeps['db'],
  id: string,
  query: Query,
): Promise<{ readonly analysis: Analysis; readonly rows: readonly AnalysisRow[] }> {
  const analysis = analyses.find((one) => one.id === id);
  if (analysis === undefined) throw new ApiProblem(404, 'unknown-path', `there is no analysis '${id}': see /analytics`);
  const rows = await runAnalysis(db, analysis, await readFilter(db, query));
  if (rows === null)
    throw new ApiProblem(503, 'too-slow', 'this takes longer than 5 s with these filters: run its SQL with thresher sql, or filter less');
  return { analysis, rows };
}

/** What the form sends, checked: names that are not here are an error, not an empty page. */
async function readFilter(db: ApiDeps['db'], { source = '', community = '', from = '', to = '' }: Query): Promise<AnalysisFilter> {
  const sources = source === '' ? [] : await analysedSources(db);
  if (source !== '' && !sources.includes(source))
    throw new ApiProblem(400, 'wrong-parameter', `there is no source '${source}': there is ${sources.join(', ')}`, { parameter: 'source' });
  const name = community.trim();
  const found = name === '' || name.includes('\u0000') ? null : await findCommunity(db, name);
  if (name !== '' && found === null) throw unknownCommunity(name);
  return {
    source: source === '' ? null : source,
    community: found?.slug ?? null,
    from: from === '' ? null : Number(from),
    to: to === '' ? null : Number(to),
  };
}
