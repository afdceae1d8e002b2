import { htmlLang } from '@thresher/api/format';
import { ICONS, type IconName } from '@thresher/api/icons';

/** What can stand inside an element; false and null stand for nothing. */
export type Child = Node | string | number | false | null | undefined | readonly Child[];

type Value = string | number | boolean | null | undefined | ((event: never) => void);
type Attributes = Readonly<Record<string, Value>>;

/**
 * Makes an element. An attribute that is false, null or undefined is left out, `true` makes an empty one, and a function
 * listens: `onclick`. Texts become text nodes, so what a record says is never markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, name === 'lang' ? htmlLang(value) : value);
  append(element, children);
  return element;
}

function setAttribute(element: HTMLElement, name: string, value: Value): void {
  if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value as EventListener);
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : String(value));
}

function append(element: HTMLElement, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child as readonly Child[]);
    else if (child !== false && child !== null && child !== undefined) element.append(child as Node | string);
  }
}

/** Puts these in the place of all that an element holds. */
export function fill(element: HTMLElement, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** A text written by a depositor: its own direction, and its language where that is known. */
export function said(text: string, lang: string | null = null): HTMLElement {
  return h('bdi', { lang }, text);
}

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing next to a word; the word says what it means. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
