/** A page has no such marked part. */
export class MarkerMissingError extends Error {
  override readonly name = 'MarkerMissingError';
}

/**
 * Puts text between `<!-- begin NAME -->` and `<!-- end NAME -->`; what stands outside is for people to write.
 * Throws MarkerMissingError.
 */
export function fillMarked(page: string, name: string, text: string): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new MarkerMissingError(`the page has no part marked ${name}`);
  return `${page.slice(0, from + begin.length)}\n${text.trim()}\n${page.slice(to)}`;
}
