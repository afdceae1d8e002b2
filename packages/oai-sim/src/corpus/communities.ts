import { COMMUNITY_KINDS, COMMUNITY_TOPICS } from './names.ts';
import { hash } from '../random.ts';

/** A set as ListSets shows it. */
export interface OaiSet {
  readonly setSpec: string;
  readonly setName: string;
  /** HTML, not escaped. */
  readonly description: string | null;
}

export const SYSTEM_SETS: readonly OaiSet[] = [
  { setSpec: 'openaire', setName: 'OpenAIRE', description: null },
  { setSpec: 'openaire_data', setName: 'OpenAIRE data sets', description: null },
  { setSpec: 'software', setName: 'Software', description: null },
];

/** Slugs of `count` communities; past the words' 192 combinations they get a number. */
export function communitySlugs(count: number): string[] {
  const topics = COMMUNITY_TOPICS.length;
  const combinations = topics * COMMUNITY_KINDS.length;
  return Array.from({ length: count }, (_, i) => {
    const name = `${COMMUNITY_TOPICS[(i * 5) % topics]}-${COMMUNITY_KINDS[Math.floor(i / topics) % COMMUNITY_KINDS.length]}`;
    return i < combinations ? name : `${name}_${Math.floor(i / combinations) + 1}`;
  });
}

/** The set of a community. Some names carry stray blanks, some have no description, as on Zenodo. */
export function communitySet(slug: string): OaiSet {
  const words = slug
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  const kind = hash(slug.length, slug.charCodeAt(0), slug.charCodeAt(slug.length - 1)) % 5;
  const description = kind === 0 ? null : `<p>${words} gathers data &amp; publications on <em>${slug.split('-')[0]}</em> questions.</p>\n`;
  return { setSpec: `user-${slug}`, setName: kind === 1 ? `${words}. ` : words, description };
}

/** Which communities record `number` belongs to: none to three, the first ones in the list far more often. */
export function communitiesOf(seed: number, number: number, count: number): number[] {
  const roll = hash(seed, number, 41) % 100;
  const wanted = roll < 42 ? 0 : roll < 84 ? 1 : roll < 96 ? 2 : 3;
  const chosen: number[] = [];
  for (let i = 0; i < wanted && count > 0; i++) {
    const part = hash(seed, number, 42 + i) / 4294967296;
    const index = Math.floor(part * part * part * count);
    if (!chosen.includes(index)) chosen.push(index);
  }
  return chosen;
}
