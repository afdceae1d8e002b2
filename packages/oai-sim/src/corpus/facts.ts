import type { Agent } from './people.ts';
import type { Prose } from './prose.ts';
import { FUNDERS, PUBLISHERS } from './names.ts';
import { createRandom, fraction, hash } from '../random.ts';
import type { Random } from '../random.ts';
import { encodeText } from '../xml.ts';

/** resourceTypeGeneral, text, the set a public record of this type is in, share in thousandths. */
export const KINDS = [
  ['Dataset', '', 'openaire_data', 240],
  ['Image', 'Figure', null, 190],
  ['JournalArticle', '', 'openaire', 190],
  ['Software', '', 'software', 110],
  ['Text', 'Taxonomic treatment', 'openaire', 80],
  ['Text', 'Presentation', 'openaire', 30],
  ['ConferencePaper', '', 'openaire', 30],
  ['Report', '', 'openaire', 25],
  ['Preprint', '', 'openaire', 25],
  ['Text', 'Poster', 'openaire', 15],
  ['Text', 'Project deliverable', 'openaire', 15],
  ['BookChapter', '', 'openaire', 10],
  ['Dissertation', '', 'openaire', 10],
  ['Audiovisual', '', null, 8],
  ['Book', '', 'openaire', 6],
  ['InteractiveResource', 'Interactive resource', null, 5],
  ['Other', '', null, 4],
  ['Workflow', '', null, 3],
  ['PhysicalObject', '', null, 2],
  ['OutputManagementPlan', '', 'openaire', 2],
] as const;

const KIND_TABLE: readonly number[] = KINDS.flatMap(([, , , share], index) => Array.from({ length: share }, () => index));

export type Access = 'open' | 'restricted' | 'embargoed' | 'closed';

/** The decisions about a record before any text is written. Texts are byte strings, escaped for XML. */
export interface Facts {
  readonly prose: Prose;
  readonly kind: (typeof KINDS)[number];
  readonly access: Access;
  readonly title: string;
  readonly creators: readonly Agent[];
  readonly publisher: string;
  readonly doi: string;
  /** Null where the DOI is not Zenodo's. */
  readonly conceptDoi: string | null;
  readonly issued: string;
  readonly year: string;
  readonly version: string | null;
  readonly funding: readonly { readonly name: string; readonly ror: string; readonly award: string | null }[];
  /** Continues the random numbers of the decisions above, for everything that only the DataCite form shows. */
  readonly random: Random;
}

export interface FactsSource {
  readonly seed: number;
  readonly prose: (random: Random) => Prose;
  readonly person: (number: number) => Agent;
  readonly recid: (number: number) => number;
  readonly created: (number: number) => number;
}

const BLOCK = 64;
const LEADERS = 48;

/** In each block of 64 the last 16 records are further versions of some of the first 48. */
export function leaderOf(seed: number, number: number): number {
  const place = number % BLOCK;
  return place < LEADERS ? number : number - place + (hash(seed, number, 51) % LEADERS);
}

/** 1 for a first version. */
export function versionNumber(seed: number, number: number): number {
  const leader = leaderOf(seed, number);
  if (leader === number) return 1;
  let version = 2;
  for (let other = number - (number % BLOCK) + LEADERS; other < number; other++) if (leaderOf(seed, other) === leader) version++;
  return version;
}

/** All versions among the first `total` records, the first one first. */
export function versionsOf(seed: number, number: number, total: number): number[] {
  const leader = leaderOf(seed, number);
  const versions = [leader];
  const block = number - (number % BLOCK);
  for (let other = block + LEADERS; other < Math.min(block + BLOCK, total); other++)
    if (leaderOf(seed, other) === leader) versions.push(other);
  return versions;
}

export function kindOf(seed: number, number: number): (typeof KINDS)[number] {
  return KINDS[KIND_TABLE[hash(seed, leaderOf(seed, number), 52) % KIND_TABLE.length] as number] as (typeof KINDS)[number];
}

export function accessOf(seed: number, number: number): Access {
  const roll = hash(seed, number, 53) % 100;
  return roll < 90 ? 'open' : roll < 94 ? 'restricted' : roll < 97 ? 'embargoed' : 'closed';
}

export function drawFacts(source: FactsSource, number: number): Facts {
  const { seed } = source;
  const leader = leaderOf(seed, number);
  const shared = createRandom(hash(seed, leader, 54));
  const prose = source.prose(shared);
  const external = shared.chance(0.1);
  const created = new Date(source.created(number));
  const issued = issuedOn(created.toISOString().slice(0, 10), hash(seed, number, 55) % 100);
  return {
    prose,
    kind: kindOf(seed, number),
    access: accessOf(seed, number),
    title: shared.pick(prose.titles),
    creators: pickCreators(source, leader, shared),
    publisher: external ? encodeText(shared.pick(PUBLISHERS)) : 'Zenodo',
    doi: external ? externalDoi(seed, number, issued) : `10.5281/zenodo.${source.recid(number)}`,
    conceptDoi: external ? null : `10.5281/zenodo.${source.recid(leader) - 1}`,
    issued,
    year: issued.slice(0, 4),
    version: versionText(versionNumber(seed, number), shared.chance(0.3)),
    funding: pickFunding(shared),
    random: createRandom(hash(seed, number, 56)),
  };
}

/** Year, month, interval or day, as EDTF has them. */
function issuedOn(day: string, roll: number): string {
  if (roll < 7) return day.slice(0, 4);
  if (roll < 14) return day.slice(0, 7);
  if (roll < 15) return `${day.slice(0, 4)}-01/${day.slice(0, 7)}`;
  return day;
}

function pickCreators(source: FactsSource, leader: number, random: Random): Agent[] {
  const count = random.chance(0.004) ? 60 + random.below(60) : 1 + Math.floor(fraction(source.seed, leader, 57) ** 2 * 9);
  const start = random.next();
  return Array.from({ length: count }, (_, i) => source.person((start + i * i * 17 + i) >>> 0));
}

function externalDoi(seed: number, number: number, issued: string): string {
  const roll = hash(seed, number, 58);
  return roll % 3 === 0 ? `10.5555/JCE.${issued.slice(0, 4)}.${number}` : `10.5555/aot.${roll % 997}.${number}`;
}

function versionText(version: number, named: boolean): string | null {
  if (version > 1) return named ? `v${version}.0.0` : String(version);
  return named ? 'v1.0.0' : null;
}

function pickFunding(random: Random): { name: string; ror: string; award: string | null }[] {
  const count = random.chance(0.22) ? 1 + random.below(3) : 0;
  return Array.from({ length: count }, () => {
    const [name, ror] = random.pick(FUNDERS);
    return { name: encodeText(name), ror, award: random.chance(0.9) ? String(100_000 + random.below(900_000)) : null };
  });
}
