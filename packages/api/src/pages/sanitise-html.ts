import { createRequire } from 'node:module';

/** The options of the library that are used here. */
interface Options {
  readonly allowedTags: readonly string[];
  readonly allowedAttributes: Readonly<Record<string, readonly string[]>>;
  readonly allowedSchemes: readonly string[];
  readonly allowProtocolRelative: boolean;
  readonly nonTextTags: readonly string[];
  readonly nestingLimit: number;
  readonly transformTags: Readonly<Record<string, (tag: string, attributes: Attributes) => { tagName: string; attribs: Attributes }>>;
  readonly exclusiveFilter: (frame: { readonly tag: string; readonly text: string }) => boolean;
}
type Attributes = Readonly<Record<string, string>>;
type SanitizeHtml = (html: string, options: Options) => string;

// Loaded with the first record page: its parser and its reader of styles delay the start of the API otherwise.
let library: SanitizeHtml | undefined;
const load = (): SanitizeHtml => (library ??= createRequire(import.meta.url)('sanitize-html') as SanitizeHtml);

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const TAGS =
  'p br hr div span b strong i em u s del ins sub sup small code pre kbd samp blockquote q cite ul ol li dl dt dd table caption thead tbody tfoot tr th td a h3';
const OPTIONS: Options = {
  // No images: they would report the reader of this page to another host.
  allowedTags: TAGS.split(' '),
  allowedAttributes: { a: ['href', 'rel'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'iframe', 'object', 'svg', 'math', 'xmp', 'title', 'head'],
  nestingLimit: 40,
  transformTags: {
    // The description is below a heading of the second order.
    ...Object.fromEntries(HEADINGS.map((tag) => [tag, () => ({ tagName: 'h3', attribs: {} })])),
    a: (_, { href }) => ({ tagName: 'a', attribs: href === undefined ? {} : { href, rel: 'noopener nofollow' } }),
  },
  // A link or heading around an image has no text left.
  exclusiveFilter: ({ tag, text }) => (tag === 'a' || HEADINGS.includes(tag)) && text.trim() === '',
};

/**
 * A depositor's HTML with nothing in it but text, its structure and links to the web: no scripts, styles, event handlers, forms,
 * frames, images, or addresses of other schemes.
 */
export function sanitiseHtml(html: string): string {
  return load()(html, OPTIONS);
}

/** The documentation's own HTML: with headings of all orders and their anchors. */
export function sanitiseDocs(html: string): string {
  return load()(html, {
    ...OPTIONS,
    allowedTags: [...OPTIONS.allowedTags, 'h1', 'h2', 'h4'],
    allowedAttributes: { ...OPTIONS.allowedAttributes, h1: ['id'], h2: ['id'], h3: ['id'], h4: ['id'], code: ['class'] },
    transformTags: {},
  });
}
