/**
 * The User-Agent of a well-behaved harvester: its name and a mail address.
 * `thresher/0.1.0 (+https://…; mailto:someone@example.org)`; parts that are not given are left out.
 */
export function userAgent(of: { readonly version: string; readonly url?: string | null; readonly contact?: string | null }): string {
  const inside = [of.url ? `+${of.url}` : '', of.contact ? `mailto:${of.contact}` : ''].filter((part) => part !== '').map(headerSafe);
  return `thresher/${headerSafe(of.version)}${inside.length > 0 ? ` (${inside.join('; ')})` : ''}`;
}

/** Header values are visible ASCII; a bracket would end the comment. */
function headerSafe(text: string): string {
  return text.replace(/[^\x21-\x7e]|[()\\]/g, '');
}
