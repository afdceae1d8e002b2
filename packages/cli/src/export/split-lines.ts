interface LineSplitter extends AsyncDisposable {
  /** The pieces of the next `count` lines. */
  next(): AsyncGenerator<Buffer, void, undefined>;
  /** Number of lines of the last `next`. */
  taken(): number;
  /** Whether nothing is left. */
  ended(): boolean;
}

const lineEnd = 10;

/** Cuts bytes into parts of a given number of lines, without joining or decoding them. Disposing ends the source. */
export function splitLines(pieces: AsyncGenerator<Buffer, void, undefined>, most: number): LineSplitter {
  let rest: Buffer | undefined;
  let taken = 0;
  const pull = async (): Promise<Buffer | undefined> => {
    const piece = rest ?? ((await pieces.next()).value as Buffer | undefined);
    rest = undefined;
    return piece;
  };
  let ended = false;
  return {
    async *next() {
      taken = 0;
      for (let piece = await pull(); piece !== undefined; piece = await pull()) {
        const { lines, end } = countLines(piece, most - taken);
        taken += lines;
        yield piece.subarray(0, end);
        if (end < piece.length) rest = piece.subarray(end);
        if (taken === most) break;
      }
      // Only reading shows whether anything follows.
      rest ??= await pull();
      ended = rest === undefined;
    },
    taken: () => taken,
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      await pieces.return();
    },
  };
}

/** Line ends in a piece, up to a maximum, and where the last of those is over; the piece's end if there are fewer. */
function countLines(piece: Buffer, most: number): { lines: number; end: number } {
  let lines = 0;
  for (let at = piece.indexOf(lineEnd); at >= 0; at = piece.indexOf(lineEnd, at + 1)) {
    lines += 1;
    if (lines === most) return { lines, end: at + 1 };
  }
  return { lines, end: piece.length };
}
