/** HTML without its tags, comments, scripts and styles; character references stay. A tag separates words. Pure. */
export function withoutTags(html: string): string {
  return html
    .replace(/<(script|style)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[^]*?(?:-->|$)/g, ' ')
    .replace(/<\/?[a-z!?][^>]*(?:>|$)/gi, (tag) => (/^<\/?(?:a|b|i|em|strong|sub|sup|span|code|u|s|small)\b/i.test(tag) ? '' : ' '))
    .replace(/\s+/g, ' ')
    .trim();
}
