import { Parser } from 'htmlparser2';

const BLOCKS = new Set([
  'address', 'article', 'aside', 'blockquote', 'br', 'dd', 'div', 'dl', 'dt', 'figcaption', 'figure', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5',
  'h6', 'header', 'hr', 'li', 'main', 'ol', 'p', 'pre', 'section', 'table', 'tr', 'ul',
]);
const UNSEEN = new Set(['script', 'style', 'template', 'title']);
const MARKUP = /<\/?[a-z][^>]*>|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);/i;
const TAG = /<\/?[a-z][^>]*>/i;

/** Whether a text has tags or character references in it. */
export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}

/**
 * The text of HTML: tags dropped, character references resolved, a newline at every block's end and `br`, runs of blanks
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
      if (name === 'br' || name === 'hr') text += '\n';
    },
    onclosetag: (name) => {
      if (UNSEEN.has(name)) unseen -= 1;
      else if (name === 'td' || name === 'th') text += ' ';
      else if (BLOCKS.has(name) && name !== 'br' && name !== 'hr') text += '\n';
    },
  });
  parser.end(html);
  return tagged ? tidy(text) : text;
}

function tidy(text: string): string {
  return text.replace(/ *\n */g, '\n').replace(/ {2,}/g, ' ').replace(/\n{3,}/g, '\n\n').trim();
}
