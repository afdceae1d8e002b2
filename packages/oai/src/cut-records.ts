import type { RecordVerb } from './read-page.ts';

/** Where the list of a page begins, and how its names are written. Offsets are those of the markup given. */
export interface ListPlace {
  readonly verb: RecordVerb;
  /** Namespace prefix with its colon, or `''`. */
  readonly prefix: string;
  readonly rootName: string;
  /** After the opening tag of the verb. */
  readonly contentStart: number;
  /** Before its closing tag. */
  readonly contentEnd: number;
}

/** A stretch that is one record (or header), whole or broken. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/**
 * Null when the page has no list, or does not end properly: then it is not a page with a bad record but a broken page.
 */
export function findList(markup: string): ListPlace | null {
  const rootName = /<((?:[\w.-]+:)?OAI-PMH)[\s>]/.exec(markup)?.[1];
  const opening = /<([\w.-]+:)?(ListRecords|ListIdentifiers)(?:\s[^<>]*)?>/.exec(markup);
  if (rootName === undefined || opening === null) return null;
  const prefix = opening[1] ?? '';
  const verb = opening[2] as RecordVerb;
  const contentEnd = markup.lastIndexOf(`</${prefix}${verb}`);
  const contentStart = opening.index + opening[0].length;
  if (contentEnd < contentStart || markup.lastIndexOf(`</${rootName}`) < contentEnd) return null;
  return { verb, prefix, rootName, contentStart, contentEnd };
}

/**
 * Cuts a list into its records without trusting that they are well-formed. `isSound` parses a stretch strictly; it has
 * the last word, so markup inside CDATA, comments and nested payloads does not fool the cut of a sound record. A broken one ends where
 * the next one plainly begins. Stretches between records that are not blank are cuts too. `tail` is where the
 * frame goes on (`resumptionToken` or the closing tag).
 */
export function cutRecords(
  markup: string,
  list: ListPlace,
  isSound: (cut: Cut) => boolean,
): { readonly cuts: readonly Cut[]; readonly tail: number } {
  const item = itemMarkup(list);
  const cuts: Cut[] = [];
  let at = list.contentStart;
  for (;;) {
    const start = nextStart(markup, item, at, list.contentEnd, false);
    const tail = start === null ? tailStart(markup, list, at) : null;
    const rubbish = withoutBlanks(markup, at, start ?? tail!);
    if (rubbish !== null) cuts.push(rubbish);
    if (start === null) return { cuts, tail: tail! };
    const cut = cutOne(markup, list, item, start, isSound);
    cuts.push(cut);
    at = cut.end;
  }
}

interface ItemMarkup {
  readonly name: string;
  /** Sticky: an opening tag of an item with the opening tag of its first child. */
  readonly start: RegExp;
}

function itemMarkup({ verb, prefix }: ListPlace): ItemMarkup {
  const [item, first] = verb === 'ListIdentifiers' ? ['header', 'identifier'] : ['record', 'header'];
  const p = prefix.replaceAll('.', '\\.');
  return { name: `${prefix}${item}`, start: new RegExp(`<${p}${item}(?:\\s[^<>]*)?>\\s*(?:<!--[^<>]*-->\\s*)*<${p}${first}[\\s/>]`, 'y') };
}

function cutOne(markup: string, list: ListPlace, item: ItemMarkup, start: number, isSound: (cut: Cut) => boolean): Cut {
  const balanced = balancedEnd(markup, item.name, start, list.contentEnd);
  if (balanced !== null && (isSound({ start, end: balanced }) || isBoundary(markup, list, item, balanced))) return { start, end: balanced };
  const limit = nextStart(markup, item, start + 1, list.contentEnd, true) ?? tailStart(markup, list, start + 1);
  return { start, end: lastClosing(markup, item.name, start, limit) };
}

/** Whether the next record or the end of the list follows at once. */
function isBoundary(markup: string, list: ListPlace, item: ItemMarkup, at: number): boolean {
  const next = nextStart(markup, item, at, list.contentEnd, false) ?? tailStart(markup, list, at);
  return withoutBlanks(markup, at, next) === null;
}

/** Offset after the closing tag that balances the opening tag at `start`, counting only tags of that name. */
function balancedEnd(markup: string, name: string, start: number, limit: number): number | null {
  let depth = 0;
  for (let at = start; at !== -1 && at < limit; at = markup.indexOf('<', at)) {
    const tagEnd = markup.indexOf('>', at) + 1;
    if (tagEnd === 0) return null;
    if (isTag(markup, `<${name}`, at)) depth += markup[tagEnd - 2] === '/' ? 0 : 1;
    else if (isTag(markup, `</${name}`, at) && --depth === 0) return tagEnd;
    at = opaqueEnd(markup, at) ?? at + 1;
  }
  return null;
}

function isTag(markup: string, opening: string, at: number): boolean {
  return markup.startsWith(opening, at) && /[\s/>]/.test(markup[at + opening.length] ?? '');
}

/** The next place in `[from, to)` where an item begins; with `outermost` not one that is first inside another element. */
function nextStart(markup: string, item: ItemMarkup, from: number, to: number, outermost: boolean): number | null {
  for (let at = markup.indexOf('<', from); at !== -1 && at < to; at = markup.indexOf('<', at)) {
    item.start.lastIndex = at;
    if (item.start.test(markup) && !(outermost && followsOpeningTag(markup, at))) return at;
    at = opaqueEnd(markup, at) ?? at + 1;
  }
  return null;
}

function followsOpeningTag(markup: string, at: number): boolean {
  return /^<[^/!?<>][^<>]*[^/<>]?>\s*$/.test(markup.slice(markup.lastIndexOf('<', at - 1), at));
}

const OPAQUE = [
  ['<![CDATA[', ']]>'],
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

/**
 * End of the CDATA section, comment or processing instruction at `at`; null if there is none, or if another one opens before it closes: then
 * it was never closed, and to believe it would swallow the records that follow.
 */
function opaqueEnd(markup: string, at: number): number | null {
  for (const [opening, closing] of OPAQUE) {
    if (!markup.startsWith(opening, at)) continue;
    const end = markup.indexOf(closing, at + opening.length);
    return end === -1 || markup.slice(at + opening.length, end).includes(opening) ? null : end + closing.length;
  }
  return null;
}

function lastClosing(markup: string, name: string, start: number, limit: number): number {
  for (let at = markup.lastIndexOf(`</${name}`, limit - 1); at > start; at = markup.lastIndexOf(`</${name}`, at - 1)) {
    const end = markup.indexOf('>', at) + 1;
    if (isTag(markup, `</${name}`, at) && end > 0 && end <= limit) return end;
  }
  return limit;
}

function tailStart(markup: string, { prefix, contentEnd }: ListPlace, from: number): number {
  const token = markup.lastIndexOf(`<${prefix}resumptionToken`, contentEnd);
  return token >= from ? token : contentEnd;
}

function withoutBlanks(markup: string, from: number, to: number): Cut | null {
  const text = markup.slice(from, to).replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
  const start = text.search(/\S/);
  return start === -1 ? null : { start: from + start, end: from + text.trimEnd().length };
}
