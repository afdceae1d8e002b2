export interface Exported {
  readonly format: string;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** How many are wanted, about. */
const RECORDS = 100_000;

/** Downloads the records of those years that together have about 100,000, or all if there are fewer. */
export async function exportSome(api: string, format: string): Promise<Exported> {
  const counted = await fetch(`${api}/api/records?size=0&group_by=publication_year&facets=`);
  const { group_by: groups } = (await counted.json()) as { group_by: { buckets: { key: string; doc_count: number }[] } };
  const wanted = new URLSearchParams({ format });
  let sum = 0;
  for (const { key, doc_count: count } of groups.buckets.toSorted((a, b) => b.doc_count - a.doc_count)) {
    if (sum + count > RECORDS && sum > 0) continue;
    sum += count;
    wanted.append('year', key);
  }
  const start = performance.now();
  const reply = await fetch(`${api}/api/records/export?${wanted.toString()}`);
  if (!reply.ok) throw new Error(`export as ${format}: ${reply.status} ${await reply.text()}`);
  let bytes = 0;
  for await (const piece of reply.body as AsyncIterable<Uint8Array>) bytes += piece.length;
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return { format, records: Number(reply.headers.get('x-total-count')), bytes, seconds };
}
