import type { Piece } from './highlight.ts';

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#x27': "'", '#x2F': '/', '#39': "'" };

/** Pieces of a text that the API marked: HTML whose only element is `mark`. It becomes text again, never markup. */
export function piecesOf(html: string): Piece[] {
  return html
    .split(/(<mark>.*?<\/mark>)/s)
    .map((part) => ({ text: decode(part.replace(/^<mark>|<\/mark>$/g, '')), found: part.startsWith('<mark>') }))
    .filter((piece) => piece.text !== '');
}

function decode(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|#x27|#x2F|#39);/g, (_, name: string) => CHARACTERS[name]!);
}
