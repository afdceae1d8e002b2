import type { RecordVerb } from './read-page.ts';

/** Where the list of a page begins, and how its names are written. Offsets refer to the given markup. */
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

/** A range that is one record (or header), complete or broken. */
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
 * Cuts a list into its records without trusting that they are well-formed. `isSound` parses a stretch strictly; its result
 * is final, so markup inside CDATA, comments and nested payloads does not fool the cut of a sound record. A broken one ends where
 * the next one plainly begins. Stretches between records that are not blank are cuts too. `tail` is where the
 * frame goes on (`resumptionToken` or the closing tag). Apart from `isSound`, each character is read a few times at most, whatever
 * the page contains.
 */
export function cutRecords(
  markup: string,
  list: ListPlace,
  isSound: (cut: Cut) => boolean,
): { readonly cuts: readonly Cut[]; readonly tail: number } {
  const tags = findTags(markup, list);
  const token = markup.lastIndexOf(`<${list.prefix}resumptionToken`, list.contentEnd);
  const tailFrom = (from: number): number => (token >= from ? token : list.contentEnd);
  const cuts: Cut[] = [];
  let at = list.contentStart;
  for (;;) {
    const start = tags.startFrom(at);
    const tail = start === null ? tailFrom(at) : null;
    const rubbish = withoutBlanks(markup, at, start ?? tail!);
    if (rubbish !== null) cuts.push(rubbish);
    if (start === null) return { cuts, tail: tail! };
    const cut = cutOne(markup, tags, tailFrom, start, isSound);
    cuts.push(cut);
    at = cut.end;
  }
}

function cutOne(markup: string, tags: ItemTags, tailFrom: (from: number) => number, start: number, isSound: (cut: Cut) => boolean): Cut {
  const balanced = tags.balancedEnd(start);
  if (balanced !== null) {
    const next = tags.startFrom(balanced) ?? tailFrom(balanced);
    if (isSound({ start, end: balanced }) || isBlank(markup, balanced, next)) return { start, end: balanced };
  }
  const limit = tags.outermostFrom(start + 1) ?? tailFrom(start + 1);
  return { start, end: tags.lastClosing(start, limit) ?? limit };
}

/** The positions of the tags of a list's items. Places are offsets in the markup. */
interface ItemTags {
  /** The first place from there on where an item begins; null if none does. */
  startFrom(at: number): number | null;
  /** The same, leaving out items that are first inside another element. */
  outermostFrom(at: number): number | null;
  /** After the closing tag that balances the opening tag at `start`, counting only tags of that name. */
  balancedEnd(start: number): number | null;
  /** After the last closing tag between the two places. */
  lastClosing(start: number, limit: number): number | null;
}

/** Finds the tags of items in one pass, leaving out what is inside CDATA sections, comments and processing instructions. */
function findTags(markup: string, list: ListPlace): ItemTags {
  const [item, first] = list.verb === 'ListIdentifiers' ? ['header', 'identifier'] : ['record', 'header'];
  const name = `${list.prefix}${item}`;
  const p = list.prefix.replaceAll('.', '\\.');
  const beginning = new RegExp(`<${p}${item}(?:\\s[^<>]*)?>\\s*(?:<!--[^<>]*-->\\s*)*<${p}${first}[\\s/>]`, 'y');
  const starts: number[] = [];
  const outermost: number[] = [];
  const closings: { readonly at: number; readonly end: number }[] = [];
  const balanced = new Map<number, number>();
  const open: number[] = [];
  const opaqueEnd = opaqueSections(markup);
  const tagEnd = finder(markup, '>');
  const nextTag = finder(markup, '<');
  for (let at = nextTag(list.contentStart); at !== -1 && at < list.contentEnd;) {
    const end = tagEnd(at);
    const after = nextTag(at + 1);
    const isWhole = end !== -1 && (after === -1 || end < after);
    if (isWhole && isTag(markup, `</${name}`, at)) {
      closings.push({ at, end: end + 1 });
      const opened = open.pop();
      if (opened !== undefined) balanced.set(opened, end + 1);
    } else if (isWhole && isTag(markup, `<${name}`, at) && markup[end - 1] !== '/') {
      open.push(at);
      beginning.lastIndex = at;
      if (beginning.test(markup)) {
        starts.push(at);
        if (!followsOpeningTag(markup, at)) outermost.push(at);
      }
    }
    at = nextTag(opaqueEnd(at) ?? at + 1);
  }
  return {
    startFrom: (at) => starts[firstFrom(starts, (place) => place >= at)] ?? null,
    outermostFrom: (at) => outermost[firstFrom(outermost, (place) => place >= at)] ?? null,
    balancedEnd: (start) => balanced.get(start) ?? null,
    lastClosing(start, limit) {
      const last = closings[firstFrom(closings, ({ end }) => end > limit) - 1];
      return last !== undefined && last.at > start ? last.end : null;
    },
  };
}

/** The place of the first of ascending items for which something holds, and for all that follow; their number if it holds for none. */
function firstFrom<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `indexOf` for ascending offsets: no character is looked at twice. */
function finder(markup: string, wanted: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) found = markup.indexOf(wanted, from);
    return found;
  };
}

function isTag(markup: string, opening: string, at: number): boolean {
  return markup.startsWith(opening, at) && /[\s/>]/.test(markup[at + opening.length] ?? '');
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
 * For ascending offsets, the end of the CDATA section, comment or processing instruction there; null if there is none, or if another
 * one opens before it closes: then it was never closed, and to believe it would swallow the records that follow.
 */
function opaqueSections(markup: string): (at: number) => number | null {
  const kinds = OPAQUE.map(([opening, closing]) => ({
    opening,
    closing,
    nextOpening: finder(markup, opening),
    nextClosing: finder(markup, closing),
  }));
  return (at) => {
    const kind = kinds.find(({ opening }) => markup.startsWith(opening, at));
    if (kind === undefined) return null;
    const inside = at + kind.opening.length;
    const end = kind.nextClosing(inside);
    const another = kind.nextOpening(inside);
    return end === -1 || (another !== -1 && another < end) ? null : end + kind.closing.length;
  };
}

/** Whether there is nothing but white space and comments. Looks no further than the first character that is something else. */
const isBlank = (markup: string, from: number, to: number): boolean => skipBlanks(markup, from, to) >= to;

function skipBlanks(markup: string, from: number, to: number): number {
  for (let at = from; ;) {
    while (at < to && markup.charCodeAt(at) <= 0x20) at++;
    if (at >= to || !markup.startsWith('<!--', at)) return at;
    const end = markup.indexOf('-->', at + 4);
    if (end === -1 || end + 3 > to) return at;
    at = end + 3;
  }
}

function withoutBlanks(markup: string, from: number, to: number): Cut | null {
  const start = skipBlanks(markup, from, to);
  return start >= to ? null : { start, end: start + markup.slice(start, to).trimEnd().length };
}
