/** Maximum number of hits that pages can reach: Elasticsearch's own limit. */
const WINDOW = 10_000;

interface PageOfHits {
  readonly page: number;
  readonly size: number;
  readonly total: number;
}

/** The links of a page of hits; `url` is the requested one. */
export function pageLinks(url: URL, { page, size, total }: PageOfHits): { self: string; prev?: string; next?: string } {
  const last = size === 0 ? 1 : Math.ceil(Math.min(total, Math.floor(WINDOW / size) * size) / size);
  return {
    self: withPage(url, page, size),
    ...(page > 1 && { prev: withPage(url, Math.min(page - 1, Math.max(last, 1)), size) }),
    ...(page < last && { next: withPage(url, page + 1, size) }),
  };
}

/** The links of a page of a walk. */
export function cursorLinks(url: URL, next: string | null): { self: string; next?: string } {
  const own = new URL(url);
  own.searchParams.delete('access_token');
  if (next === null) return { self: own.href };
  const following = new URL(own);
  following.searchParams.set('cursor', next);
  return { self: own.href, next: following.href };
}

/** The same as an RFC 8288 `Link` header. */
export function linkHeader(links: Readonly<Record<string, string>>): string {
  return Object.entries(links)
    .map(([rel, url]) => `<${url}>; rel="${rel}"`)
    .join(', ');
}

function withPage(url: URL, page: number, size: number): string {
  const changed = new URL(url);
  changed.searchParams.delete('access_token');
  changed.searchParams.set('page', String(page));
  changed.searchParams.set('size', String(size));
  return changed.href;
}
