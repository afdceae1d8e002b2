const RESOLVER = /^(?:(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\/+|doi:\s*|info:doi\/|urn:doi:)+/i;
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/\S+$/;
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const WHITE_SPACE = /\s/;
const TRAILING = /[.,;:'"’”»]+$/;
const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>': '<' };

/**
 * The bare lower-case DOI (`10.5281/zenodo.123`) of a text that is one, in any of the usual spellings: with a resolver
 * (`https://doi.org/…`, also doubled), `doi:`, `info:doi/`, percent-encoded, any case, with the full stop, bracket or
 * remark (`10.5281/zenodo.18148298 (Semantic Economy)`) that came after it. Null for everything else.
 */
export function normalizeDoi(text: string | null): string | null {
  if (text === null || !text.includes('10.')) return null;
  let doi = text.replace(INVISIBLE, '').trim();
  const bare = doi.replace(RESOLVER, '').trim();
  if (bare !== doi) doi = fromUrl(bare);
  doi = doi.split(WHITE_SPACE, 1)[0]!;
  if (!DOI.test(doi)) return null;
  doi = withoutTrailingJunk(doi).toLowerCase();
  return DOI.test(doi) ? doi : null;
}

function fromUrl(rest: string): string {
  const path = rest.replace(/[?#].*$/, '');
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A closing bracket goes only when nothing opened it: `10.1016/0014-5793(94)00123-x` and SICI DOIs keep theirs. */
function withoutTrailingJunk(doi: string): string {
  let rest = doi.replace(TRAILING, '');
  for (;;) {
    const opener = CLOSERS[rest.at(-1) ?? ''];
    if (opener === undefined || count(rest, opener) >= count(rest, rest.at(-1)!)) return rest;
    rest = rest.slice(0, -1).replace(TRAILING, '');
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
