import { decodeHTML } from 'entities';
import { Parser } from 'htmlparser2';

/** Opening tags that bleach replaces by a line break when it strips them (bleach 6, `html5lib_shim.HTML_TAGS_BLOCK_LEVEL`). */
const BLOCKS = new Set(
  (
    'address article aside blockquote dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr ' +
    'li main nav ol p pre section table ul'
  ).split(' '),
);

/**
 * The plain text that InvenioRDM's `strip_html` makes of a title or description, so that a record reads the same from JSON and
 * from `oai_datacite`: text repaired as ftfy does (curly quotes become straight), tags removed without a blank, a block's opening
 * tag one line break unless it is the first tag, character references decoded once (zenodo-rdm 63864033, invenio-rdm-records 35.0.0).
 * Mojibake is not repaired: new records are repaired when they are saved.
 */
export function stripHtml(html: string): string {
  const repaired = html.includes('<') ? repair(html) : repair(decodeHTML(repair(html)));
  return decodeHTML(withoutTags(repaired).trim());
}

function withoutTags(html: string): string {
  let text = '';
  let isFirst = true;
  const parser = new Parser(
    {
      ontext: (data) => void (text += data),
      onopentag: (name) => {
        if (BLOCKS.has(name) && !isFirst) text += '\n';
        isFirst = false;
      },
      onclosetag: () => void (isFirst = false),
    },
    { decodeEntities: false },
  );
  // A tag that never ends is text, as in `a<b, no tags`.
  const end = html.lastIndexOf('>') + 1;
  const open = html.indexOf('<', end);
  parser.end(open === -1 ? html : html.slice(0, open));
  return open === -1 ? text : text + html.slice(open);
}

const LIGATURES: Readonly<Record<string, string>> = {
  ﬀ: 'ff',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬃ: 'ffi',
  ﬄ: 'ffl',
  ﬅ: 'st',
  ﬆ: 'st',
  Ĳ: 'IJ',
  ĳ: 'ij',
  ŉ: "'n",
};
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\ufeff\ufffe\uffff]/g;

/** What ftfy's `fix_text` does that is seen in Zenodo's records. */
function repair(text: string): string {
  return text
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[ﬀ-ﬆĲĳŉ]/g, (character) => LIGATURES[character]!)
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(NOT_XML, '')
    .normalize('NFC');
}
