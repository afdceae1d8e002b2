import { diffArrays } from 'diff';

/** A stretch of a text, and whether the other text lacks it. */
export interface TextPiece {
  readonly text: string;
  readonly changed: boolean;
}

/** Two texts, each cut into what both have and what only it has. */
export interface WordDifferences {
  readonly before: readonly TextPiece[];
  readonly after: readonly TextPiece[];
}

/**
 * Words that are removed and added at most. Time and memory grow with its square: some 50 ms for texts of 100 kB that differ in more.
 */
const MOST_CHANGES = 600;
/** Texts with less in common are easier to read side by side, as a whole. */
const LEAST_IN_COMMON = 0.2;

/** Words in any script, single characters of scripts that write without blanks, blanks, and other signs one by one. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}_]+|\s+|[^\p{L}\p{M}\p{N}_\s]/gu;

/** The words in which two texts differ; null if they have little in common, or differ in more words than are compared. Pure. */
export function wordDifferences(before: string, after: string): WordDifferences | null {
  const [old, now] = [before.match(TOKEN) ?? [], after.match(TOKEN) ?? []];
  const changes = diffArrays(old, now, { maxEditLength: MOST_CHANGES });
  if (changes === undefined) return null;
  const side = (left: 'removed' | 'added'): TextPiece[] =>
    changes.filter((one) => one[left] || !(one.removed || one.added)).map((one) => ({ text: one.value.join(''), changed: one[left] }));
  const common = changes.reduce((sum, one) => sum + (one.removed || one.added ? 0 : one.value.join('').trim().length), 0);
  if (common < LEAST_IN_COMMON * Math.max(before.length, after.length)) return null;
  return { before: shortened(joined(side('removed'))), after: shortened(joined(side('added'))) };
}

/** Stands between words of a name, a number or a date. */
const BETWEEN = /^(?:\s+|[-./:_])$/;

/** Blanks and hyphens between two changed words are part of one change. */
function joined(pieces: readonly TextPiece[]): TextPiece[] {
  const all: TextPiece[] = [];
  for (const [place, piece] of pieces.entries()) {
    const isBetween = !piece.changed && BETWEEN.test(piece.text) && place > 0 && place < pieces.length - 1;
    const { text, changed } = isBetween ? { text: piece.text, changed: true } : piece;
    const last = all.at(-1);
    if (last !== undefined && last.changed === changed) all[all.length - 1] = { text: last.text + text, changed };
    else all.push({ text, changed });
  }
  return all;
}

/** Characters next to a change that are kept of a long stretch which both texts have. */
const CONTEXT = 80;

/** Cuts long stretches that both texts have, between words if there are blanks. */
function shortened(pieces: readonly TextPiece[]): TextPiece[] {
  return pieces.map(({ text, changed }, place) => {
    if (changed) return { text, changed };
    const [isFirst, isLast] = [place === 0, place === pieces.length - 1];
    const kept = (isFirst ? 0 : CONTEXT) + (isLast ? 0 : CONTEXT);
    const characters = Array.from(text);
    if (characters.length <= kept + CONTEXT) return { text, changed };
    const head = isFirst
      ? ''
      : characters
          .slice(0, CONTEXT)
          .join('')
          .replace(/\s+\S{0,30}$/, '');
    const tail = isLast
      ? ''
      : characters
          .slice(-CONTEXT)
          .join('')
          .replace(/^\S{0,30}\s+/, '');
    return { text: `${head}${isFirst ? '' : ' '}…${isLast ? '' : ' '}${tail}`, changed };
  });
}
