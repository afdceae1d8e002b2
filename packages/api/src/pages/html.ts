import { htmlLang } from './format.ts';
import { ICONS, type IconName } from './icons.ts';

/** HTML that can be sent as it is. Only `h`, `trusted` and `fragment` make one, so a text never passes for markup. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

/** What can be inside an element; false, null, undefined and the empty text stand for nothing. */
export type Child = Html | string | number | false | null | undefined | readonly Child[];

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta']);
const ADDRESSES = new Set(['href', 'src', 'action']);
/** Addresses inside this site and on the web. Everything else, `javascript:` above all, is left out. */
const ADDRESS = /^(?:https?:|mailto:|data:image\/|[/?#]|$)/i;

/**
 * An element as HTML. An attribute that is false, null or undefined is left out, and `true` makes an empty one. Texts and
 * values are escaped.
 */
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): Html {
  const start = `<${tag}${Object.entries(attributes).map(attribute).join('')}>`;
  return new Html(VOID.has(tag) ? start : `${start}${markupOf(children)}</${tag}>`);
}

function attribute([name, given]: readonly [string, Attributes[string]]): string {
  const value = name === 'lang' ? htmlLang(given) : given;
  if (value === false || value === null || value === undefined) return '';
  if (ADDRESSES.has(name) && !ADDRESS.test(String(value))) return '';
  return value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
}

function markupOf(children: readonly Child[]): string {
  return children
    .map((child) => {
      if (child === false || child === null || child === undefined) return '';
      if (child instanceof Html) return child.toString();
      return Array.isArray(child) ? markupOf(child as readonly Child[]) : escapeHtml(String(child));
    })
    .join('');
}

/** Several children as one. */
export function fragment(...children: Child[]): Html {
  return new Html(markupOf(children));
}

/** Markup that was sanitised or made here. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/** A text inside HTML, also inside an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON for a `script` element, which no text inside it can end. */
export function jsonScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A text written by a depositor: its own direction, and its language if that is known. */
export function said(text: string, lang: string | null = null): Html {
  return h('bdi', { lang }, text);
}

/** A drawing next to a word; the word says what it means. */
export function icon(name: IconName): Html {
  return h('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, h('path', { d: ICONS[name] }));
}
