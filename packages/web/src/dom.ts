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

/** HTML wants `de` where repositories write `deu`, and knows no `German`. */
function htmlLang(lang: Value): Value {
  try {
    return typeof lang === 'string' ? Intl.getCanonicalLocales(lang)[0] : null;
  } catch {
    return null;
  }
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

const ICONS = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 5 5',
  external: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  close: 'M6 6l12 12M18 6 6 18',
  warning: 'M12 4 2.500 20h19zM12 10v4.500M12 17.200v.1',
  back: 'M19 12H5m6-6-6 6 6 6',
  contrast: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 0v18m0-15a6 6 0 0 1 0 12',
  arrow: 'M5 12h14m-5-5 5 5-5 5',
} as const;

/** A drawing next to a word; the word says what it means. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
