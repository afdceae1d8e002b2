import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from './split-lines.ts';

async function* piecesOf(text: string, sizes: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test('parts hold a fixed number of lines each, the last one the rest, and nothing is lost or asked for twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ''))),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 5 }),
      async (lines, sizes, most) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const parts: { text: string; lines: number }[] = [];
        const splitter = splitLines(piecesOf(text, sizes), most);
        do {
          const pieces: Buffer[] = [];
          for await (const piece of splitter.next()) pieces.push(piece);
          parts.push({ text: Buffer.concat(pieces).toString(), lines: splitter.taken() });
        } while (!splitter.ended());
        expect(parts.map((part) => part.text).join('')).toBe(text);
        expect(parts.slice(0, -1).every((part) => part.lines === most)).toBe(true);
        expect(parts.length).toBe(Math.max(1, Math.ceil(lines.length / most)));
      },
    ),
  );
});
