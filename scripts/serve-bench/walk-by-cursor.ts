export interface Walked {
  readonly total: number;
  readonly seen: number;
  readonly different: number;
  readonly seconds: number;
}

const JSON_TYPE = { headers: { accept: 'application/json' } };

/** Follows `links.next` from `cursor=*` through every version of every record. Throws where a page is refused. */
export async function walkByCursor(api: string): Promise<Walked> {
  const start = performance.now();
  const ids = new Set<number>();
  let [seen, total] = [0, 0];
  for (let url: string | undefined = `${api}/api/records?cursor=*&size=1000&all_versions=true&facets=&select=id`; url !== undefined;) {
    const reply: Response = await fetch(url, JSON_TYPE);
    const page = (await reply.json()) as { hits: { hits: { id: number }[]; total: number }; links: { next?: string } };
    if (!reply.ok) throw new Error(`${url}: ${reply.status} ${JSON.stringify(page)}`);
    for (const { id } of page.hits.hits) ids.add(id);
    seen += page.hits.hits.length;
    total = page.hits.total;
    url = page.links.next;
  }
  return { total, seen, different: ids.size, seconds: Math.round((performance.now() - start) / 1000) };
}
