import { createRandom } from '@thresher/oai-sim';

/** A record that a server is loaded with. */
export interface GivenRecord {
  readonly identifier: string;
  /** To the second. */
  readonly datestamp: string;
  readonly sets: readonly string[];
  readonly deleted: boolean;
  /** Dublin Core: values by element. */
  readonly dc: Readonly<Record<string, readonly string[]>>;
}

const SETS = ['physics', 'physics:optics', 'history', 'one-page', 'few'];
const TITLES = ['Ice & snow <i>of</i> Grönland', '氷床コアの記録', 'Über die Wärme "im" Firn', 'العربية والثلج', '𝒜 note on 𝒳', 'Plain'];
const START = Date.parse('2019-01-01T00:00:00Z');

/**
 * Records in the order of their datestamps: of each tenth of them all share one second, more than a page holds, every 17th is
 * deleted, some identifiers have characters that need escaping, and one set fills exactly a page of 100.
 */
export function makeRecords(size: number, seed = 1): GivenRecord[] {
  const random = createRandom(seed);
  const shared = Math.floor(size / 10);
  let at = START;
  return Array.from({ length: size }, (_, number) => {
    if (number % (2 * shared) < shared) at += (1 + random.below(40_000)) * 1_000;
    const deleted = number % 17 === 5;
    return {
      identifier: `oai:trial.example.org:${number % 50 === 7 ? `a&b/ü+${number}` : String(number)}`,
      datestamp: `${new Date(at).toISOString().slice(0, 19)}Z`,
      sets: setsOf(number, size),
      deleted,
      dc: deleted ? {} : dublinCore(number),
    };
  });
}

function setsOf(number: number, size: number): string[] {
  return SETS.filter((set, index) => {
    if (set === 'one-page') return number >= size - 100;
    if (set === 'few') return number % 331 === 3;
    return number % (index + 2) === 0;
  });
}

function dublinCore(number: number): Record<string, string[]> {
  return {
    title: [`${TITLES[number % TITLES.length]} ${number}`],
    creator: [`Okafor, Ngozi ${number % 97}`, 'Ørsted, H. C.'],
    subject: ['ice', `subject ${number % 11}`],
    date: [`20${String(10 + (number % 15)).padStart(2, '0')}-05-17`],
    type: ['Dataset'],
    identifier: [`https://trial.example.org/${number}`, `https://doi.org/10.1234/trial.${number}`],
    language: ['eng'],
  };
}
