import { type Child, h, type Html } from '../html.ts';
import { identifierUrl } from '../identifier-url.ts';

/** A part of the wide column under a heading. */
export function section(title: string, ...content: Child[]): Html {
  return h('section', {}, h('h2', {}, title), content);
}

/** A link where the scheme leads somewhere, else the identifier as it stands. */
export function identifierLink(text: string, scheme: string | null): Html {
  const url = identifierUrl(text, scheme);
  const label = h('span', { class: 'mono' }, text);
  return h(
    'span',
    {},
    scheme && scheme !== 'URL' && h('span', { class: 'scheme' }, scheme),
    ' ',
    url === null ? label : h('a', { href: url, rel: 'noopener' }, label),
  );
}
