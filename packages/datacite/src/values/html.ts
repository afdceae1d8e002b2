import { Parser } from 'htmlparser2';

const BLOCKS = new Set([
  'address',
  'article',
  'aside',
  'blockquote',
  'dd',
  'div',
  'dl',
  'dt',
  'figcaption',
  'figure',
  'footer',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
  'li',
  'main',
  'ol',
  'p',
  'pre',
  'section',
  'table',
  'tr',
  'ul',
]);
const BREAKS = new Set(['br', 'hr']);
const CELLS = new Set(['td', 'th']);
const LINE_START = /(?:^|\n) ?$/;
const UNSEEN = new Set(['script', 'style', 'template', 'title']);
const MARKUP = /<\/?[a-z][^>]*>|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);/i;
const TAG = /<\/?[a-z][^>]*>/i;

/** Whether a text has tags or character references in it. */
export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}

const INLINE = [
  'a',
  'abbr',
  'b',
  'big',
  'cite',
  'code',
  'del',
  'em',
  'font',
  'i',
  'img',
  'ins',
  'kbd',
  'mark',
  'q',
  's',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'tbody',
  'thead',
  'tt',
  'u',
];
const ATTRIBUTES = '(?:\\s+[a-z-]+\\s*=\\s*(?:"[^"<>]*"|\'[^\'<>]*\'|[^\\s"\'<>=]+))*\\s*';
const HTML_TAG = new RegExp(`</?(?:${[...BLOCKS, ...BREAKS, ...CELLS, ...INLINE].join('|')})${ATTRIBUTES}/?>`, 'i');

/**
 * Whether a text from a source that may send HTML is HTML: it has a tag of HTML with nothing but attributes in it. Text such as
 * `if a<b and c>d` has none; character references alone are HTML where no `<` speaks against it.
 */
export function isHtml(text: string): boolean {
  return HTML_TAG.test(text) || (!text.includes('<') && MARKUP.test(text));
}

/**
 * The text of HTML: tags dropped, character references resolved, blocks and `br` on their own lines, runs of blanks
 * collapsed as a browser does. Text without tags keeps its own line breaks. Nothing throws; cut HTML loses only its last half tag.
 */
export function htmlToText(html: string): string {
  if (!MARKUP.test(html)) return html;
  const tagged = TAG.test(html);
  let text = '';
  let unseen = 0;
  const parser = new Parser({
    ontext: (data) => {
      if (unseen === 0) text += tagged ? data.replace(/[ \t\r\n]+/g, ' ') : data;
    },
    onopentag: (name) => {
      if (UNSEEN.has(name)) unseen += 1;
      else if (BREAKS.has(name) || (BLOCKS.has(name) && !LINE_START.test(text))) text += '\n';
    },
    onclosetag: (name) => {
      if (UNSEEN.has(name)) unseen -= 1;
      else if (BLOCKS.has(name)) text += '\n';
      else if (CELLS.has(name)) text += ' ';
    },
  });
  parser.end(html);
  return tagged ? tidy(text) : text;
}

function tidy(text: string): string {
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
