/** A phrase that costs a reader of plain English a second look. */
interface Phrase {
  readonly pattern: RegExp;
  /** What to write in its place. */
  readonly instead: string;
}

const PHRASES: readonly Phrase[] = [
  { pattern: /\bso many\b(?! that)/i, instead: '“at most N”, “this many” or the name of the parameter' },
  { pattern: /\bof (?:its|their|one's|his) own\b(?! (?:accord|choice))/i, instead: '“its own X” or “a separate X”' },
  { pattern: /\bbesides?\b/i, instead: '“next to”, “with”, “also” or “in addition to”' },
  { pattern: /\bwhere there (?:is|are)\b/i, instead: '“if there is”' },
  { pattern: /\b(?:null|undefined|absent|empty) where (?:it|that|this|they|none|nothing|no)\b/i, instead: '“null if …”' },
  { pattern: /\bunless told\b/i, instead: '“unless specified” or “default N”' },
  { pattern: /\bwhoever\b/i, instead: 'the noun: the client, the process, the reader' },
  { pattern: /(?:^|[.:;,] )who (?:asks|waits|wants|walks|works|follows|reads)\b/i, instead: 'the noun with “that”' },
  { pattern: /\ba sentence why\b/i, instead: '“an error message”' },
  {
    pattern: /\b(?:is|are|was|were|be|been|not|has|have) told\b|\btold (?:of|apart|it)\b/i,
    instead: 'reported, notified, known, distinguished',
  },
  { pattern: /\bdoes not tell\b|\btells (?:it|them|the rest|why|which)\b/i, instead: 'reports, has, names' },
  { pattern: /\b(?:is|are|was|were) said\b(?! to (?:be|have))/i, instead: 'reported, stated' },
  { pattern: /\bto whom\b|\bwhom to\b|\bwho imports whom\b/i, instead: 'the noun: the receiver, the site' },
  { pattern: /\banew\b/i, instead: '“again” or “new”' },
  { pattern: /\bgoes? on from\b/i, instead: '“continues from”' },
  { pattern: /\b(?:requests|records|searches) a (?:minute|second)\b/, instead: '“per minute”, “per second”' },
  { pattern: /, be it (?!ha)/i, instead: '“for example”, “possibly” or two sentences' },
];

/** One place in a file. `line` counts from 1. */
export interface Found {
  readonly line: number;
  readonly phrase: string;
  readonly instead: string;
}

/** Finds the phrases in a Markdown file, or in comments and in strings of more than one word of a TypeScript file. Pure. */
export function findPhrases(file: string, text: string): Found[] {
  const isMarkdown = file.endsWith('.md');
  const lines = text.split('\n');
  return lines.flatMap((content, index) => {
    const parts = isMarkdown ? [content] : proseOf(content);
    return parts.flatMap((part) =>
      phrasesIn(part, lastWords(lines[index - 1] ?? '', content, isMarkdown)).map((it) => ({ line: index + 1, ...it })),
    );
  });
}

/** The phrases that end in a part; `before` are the last words of the sentence on the line before. */
function phrasesIn(part: string, before: string): Omit<Found, 'line'>[] {
  const whole = before + (before === '' ? part : part.replace(leader, ''));
  return PHRASES.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(whole);
    return found === null || found.index + found[0].length <= before.length ? [] : [{ phrase: found[0].trim(), instead }];
  });
}

/** What a line of a comment begins with. */
const leader = /^\s*(?:\*|\/\/)\s?/;

/** The last three words of the line before, if a sentence of a comment or of Markdown may continue on this one; else an empty text. */
function lastWords(previous: string, line: string, isMarkdown: boolean): string {
  const continues = isMarkdown ? line.trim() !== '' && previous.trim() !== '' : leader.test(line) && /^\s*(?:\/?\*|\/\/)/.test(previous);
  if (!continues) return '';
  const words = previous
    .replace(/^\s*(?:\/?\*+|\/\/)/, '')
    .trim()
    .split(/\s+/);
  return `${words.slice(-3).join(' ')} `;
}

/** Comments and strings of a line of code. A string without a blank is a name or a value, not prose. */
function proseOf(line: string): string[] {
  const code = line.trimStart();
  if (/^(?:\/\/|\/?\*)/.test(code)) return [code];
  return [...line.matchAll(/'(?:[^'\\]|\\.)*'|`[^`]*`|\/\/ .*$|\/\*\*.*$/g)].map(([part]) => part).filter((part) => part.includes(' '));
}
