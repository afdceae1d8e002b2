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
  { pattern: /\bunless told\b/i, instead: '“unless specified” or “default N”' },
  { pattern: /\bwhoever\b/i, instead: 'the noun: the client, the process, the reader' },
  { pattern: /(?:^|[.:;,] )who (?:asks|waits|wants|walks|works|follows|reads)\b/i, instead: 'the noun with “that”' },
  { pattern: /\ba sentence why\b/i, instead: '“an error message”' },
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
  const prose = file.endsWith('.md') ? (line: string) => [line] : proseOf;
  return text.split('\n').flatMap((content, index) =>
    prose(content).flatMap((part) =>
      PHRASES.flatMap(({ pattern, instead }) => {
        const phrase = pattern.exec(part)?.[0];
        return phrase === undefined ? [] : [{ line: index + 1, phrase: phrase.trim(), instead }];
      }),
    ),
  );
}

/** Comments and strings of a line of code. A string without a blank is a name or a value, not prose. */
function proseOf(line: string): string[] {
  const code = line.trimStart();
  if (/^(?:\/\/|\/?\*)/.test(code)) return [code];
  return [...line.matchAll(/'(?:[^'\\]|\\.)*'|`[^`]*`|\/\/ .*$|\/\*\*.*$/g)].map(([part]) => part).filter((part) => part.includes(' '));
}
