/** Separators of lists, the least ambiguous first. */
const SEPARATORS = [';', '|', '•', '·', ','] as const;
/** Longer pieces are parts of a sentence. */
const LONGEST_PIECE = 60;
const MOST_WORDS = 6;
/** `Paris, France` and `Salmon, Atlantic` are one term each, so commas must make more pieces than other separators. */
const FEWEST = { ';': 2, '|': 2, '•': 2, '·': 2, ',': 3 } as const satisfies Record<(typeof SEPARATORS)[number], number>;

/**
 * The keywords in a text that a depositor typed into the field for one keyword: `ice; snow; dust` has three. A text that is one
 * keyword comes back alone, trimmed as it is. Commas split only three or more short pieces, none of which is a number.
 */
export function listedKeywords(text: string): readonly string[] {
  const lines = piecesOf(text, /\r?\n/);
  if (lines.length > 1 && lines.every(isTerm)) return lines.flatMap(listedKeywords);
  const separator = SEPARATORS.find((one) => {
    const pieces = piecesOf(text, one);
    return pieces.length >= FEWEST[one] && pieces.every(isTerm) && !(one === ',' && pieces.some(isNumber));
  });
  return separator === undefined ? [text] : piecesOf(text, separator);
}

function piecesOf(text: string, separator: string | RegExp): string[] {
  return text
    .replace(/^\s*(?:key ?words?|mots[- ]cl[ée]s|palabras clave|palavras-chave|schlagw[oö]rter)\s*[:：]\s*/iu, '')
    .split(separator)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

/** Neither a sentence nor something in brackets that a separator cut open. */
function isTerm(piece: string): boolean {
  if (piece.length > LONGEST_PIECE || piece.split(/\s+/).length > MOST_WORDS) return false;
  const [opened, closed] = [piece.match(/[([{]/g)?.length ?? 0, piece.match(/[)\]}]/g)?.length ?? 0];
  return opened === closed && !/[.!?]$/.test(piece.replace(/\b(?:spp?|var|cf|[A-Z])\.$/, ''));
}

const isNumber = (piece: string): boolean => /^[\d\s.,%+-]+$/.test(piece);
