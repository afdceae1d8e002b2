import { xmlTag, xmlTextTag } from '@thresher/datacite';
import type { Db } from '@thresher/store/database';
import { countSitemapParts, listSitemapPart } from '@thresher/store/read';
import { Type } from 'typebox';
import type { Api } from '../http/instance.ts';
import { ApiProblem } from '../problems/problem.ts';
import { recordPath } from '../shapes/links.ts';
import { guideForPrograms } from './guide-for-programs.ts';

const HIDDEN = { schema: { hide: true } };
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
/** Enough for 500 million records. */
const MOST_PARTS = 10_000;

/** Search results have no end, and what a record has in other formats is in its page. */
const NOT_FOR_CRAWLERS = ['/?', '/api/records?', '/api/records/export', '/api/suggest', '/feeds/', '/oai2d', '/harvest', '/mcp'];

/** Files that describe the site to programs: `/robots.txt`, `/sitemap.xml`, `/opensearch.xml`, `/llms.txt`, `/favicon.ico`. */
export function addSiteRoutes(app: Api, { db, icon }: { readonly db: Db; readonly icon: () => Promise<string> }): void {
  app.get('/robots.txt', HIDDEN, async ({ origin }, reply) => {
    const lines = ['User-agent: *', ...NOT_FOR_CRAWLERS.map((path) => `Disallow: ${path}`), '', `Sitemap: ${origin}/sitemap.xml`, ''];
    return reply.type('text/plain; charset=utf-8').send(lines.join('\n'));
  });
  app.get('/opensearch.xml', HIDDEN, async ({ origin }, reply) =>
    reply.type('application/opensearchdescription+xml; charset=utf-8').send(openSearch(origin, await icon())),
  );
  app.get('/llms.txt', HIDDEN, async ({ origin }, reply) => reply.type('text/markdown; charset=utf-8').send(guideForPrograms(origin)));
  app.get('/favicon.ico', HIDDEN, async (_, reply) =>
    reply
      .code(302)
      .header('location', await icon())
      .send(),
  );
  addSitemap(app, db);
}

function addSitemap(app: Api, db: Db): void {
  app.get('/sitemap.xml', HIDDEN, async ({ origin }, reply) => {
    const parts = Math.min(await countSitemapParts(db), MOST_PARTS);
    const entries = Array.from({ length: parts }, (_, index) =>
      xmlTag('sitemap', {}, xmlTextTag('loc', `${origin}/sitemaps/${index + 1}.xml`)),
    );
    return reply.type('application/xml; charset=utf-8').send(XML + xmlTag('sitemapindex', { xmlns: SITEMAP }, entries.join('\n')));
  });
  const schema = { hide: true, params: Type.Object({ part: Type.Integer({ minimum: 1, maximum: MOST_PARTS }) }) };
  app.get('/sitemaps/:part.xml', { schema }, async ({ origin, params: { part } }, reply) => {
    const records = await listSitemapPart(db, part);
    if (records.length === 0 && part > (await countSitemapParts(db)))
      throw new ApiProblem(404, 'unknown-path', `the sitemap has no part ${part}: /sitemap.xml lists its parts`);
    const entries = records.map((one) =>
      xmlTag('url', {}, xmlTextTag('loc', `${origin}/records/${recordPath(one)}`) + xmlTextTag('lastmod', one.changedOn)),
    );
    return reply.type('application/xml; charset=utf-8').send(XML + xmlTag('urlset', { xmlns: SITEMAP }, entries.join('\n')));
  });
}

/** https://github.com/dewitt/opensearch: lets browsers offer this search. */
function openSearch(origin: string, icon: string): string {
  const url = (type: string, template: string): string => xmlTag('Url', { type, template: `${origin}${template}` }, '');
  return (
    XML +
    xmlTag(
      'OpenSearchDescription',
      { xmlns: 'http://a9.com/-/spec/opensearch/1.1/' },
      [
        xmlTextTag('ShortName', 'Thresher'),
        xmlTextTag('Description', 'Search the records that were harvested to this machine'),
        xmlTextTag('InputEncoding', 'UTF-8'),
        xmlTextTag('Image', `${origin}${icon}`, { type: 'image/svg+xml' }),
        url('text/html', '/?q={searchTerms}'),
        url('application/json', '/api/records?q={searchTerms}&size={count?}&page={startPage?}'),
        url('application/atom+xml', '/feeds/records.atom?q={searchTerms}'),
        url('application/opensearchdescription+xml', '/opensearch.xml').replace('<Url', '<Url rel="self"'),
      ].join('\n'),
    )
  );
}
