/** Mixes a seed with up to two numbers into 32 evenly spread bits. The same arguments always give the same bits. */
export function hash(seed: number, number: number, salt = 0): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 0x7f4a7c15, 0xc2b2ae35) ^ Math.imul(salt + 0x165667b1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A number in [0, 1) from the same ingredients. */
export function fraction(seed: number, number: number, salt = 0): number {
  return hash(seed, number, salt) / 4294967296;
}

/** 32 bits of a text (FNV-1a), for seeds given as words and for token signatures. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** A stream of choices that is fully decided by its starting state. */
export interface Random {
  /** 32 bits. */
  next(): number;
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** True in `probability` of all cases. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(start: number): Random {
  let state = start >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 4294967296) * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability * 4294967296,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
  };
}
