import { type BulkOperation, searchByCursor, type SearchClient, writeBulk } from '@thresher/search';

export interface Walked {
  readonly total: number;
  readonly seen: number;
  readonly different: number;
  readonly changedMeanwhile: number;
  readonly seconds: number;
}

/** A walk through everything by cursor, while `changes` are written one portion a page. */
export async function walkAll(client: SearchClient, alias: string, changes: Iterator<BulkOperation[], undefined>): Promise<Walked> {
  const ids = new Set<number>();
  const start = performance.now();
  let seen = 0;
  let total = 0;
  let changedMeanwhile = 0;
  for (let cursor: string | null = '*'; cursor !== null;) {
    const page: Awaited<ReturnType<typeof searchByCursor>> = await searchByCursor(
      client,
      alias,
      cursor,
      cursor === '*' ? { size: 1_000, allVersions: true } : null,
    );
    total = page.total;
    seen += page.hits.length;
    for (const hit of page.hits) ids.add(hit.source.record_id);
    const operations = changes.next().value;
    if (operations !== undefined) {
      await writeBulk(client, { target: { alias }, operations });
      changedMeanwhile += operations.length;
    }
    cursor = page.next;
  }
  return { total, seen, different: ids.size, changedMeanwhile, seconds: Math.round((performance.now() - start) / 1000) };
}
