import { orcid, ror } from './identifiers.ts';
import { INSTITUTIONS, LATIN_NAMES, ORGANISATIONS, OTHER_NAMES } from './names.ts';
import { createRandom, hash } from '../random.ts';
import type { Random } from '../random.ts';
import { encodeText, inOnePiece } from '../xml.ts';

/** A person or organisation as it appears in all of its records. Texts are byte strings. */
export interface Agent {
  readonly name: string;
  /** `<creator>…</creator>`, indented as in a list. */
  readonly creator: string;
  /** What follows the name in a creator or contributor: given name to affiliation. */
  readonly details: string;
  readonly nameType: 'Personal' | 'Organizational';
}

const PEOPLE = 6000;
const INDENT = '                  ';

/** Always the same agent for the same number; made on first use. */
export function createPeople(seed: number): (number: number) => Agent {
  const made: (Agent | undefined)[] = [];
  return (number) => {
    const index = number % PEOPLE;
    return (made[index] ??= makeAgent(createRandom(hash(seed, index, 21)), index));
  };
}

function makeAgent(random: Random, index: number): Agent {
  if (index % 40 === 7) return organisation(random, index);
  const [given, family] = random.pick(random.chance(0.06) ? OTHER_NAMES : LATIN_NAMES);
  const first = random.pick(given);
  const last = random.pick(family);
  // Zenodo's migration left many names entered in one box: the whole name as family name, still Personal.
  const oneBox = random.chance(0.08);
  const name = encodeText(oneBox ? `${first} ${last}` : `${last}, ${first}`);
  const parts = oneBox ? line('familyName', '', name) : line('givenName', '', encodeText(first)) + line('familyName', '', encodeText(last));
  return agent(name, 'Personal', parts + nameIdentifiers(random, index) + affiliations(random));
}

function organisation(random: Random, index: number): Agent {
  const identifier = random.chance(0.5) ? line('nameIdentifier', ' nameIdentifierScheme="ROR"', ror(900_000 + index)) : '';
  return agent(encodeText(`${random.pick(ORGANISATIONS)} ${1 + random.below(30)}`), 'Organizational', identifier);
}

function agent(name: string, nameType: Agent['nameType'], details: string): Agent {
  const creator = `                <creator>\n${line('creatorName', ` nameType="${nameType}"`, name)}${details}                </creator>\n`;
  return { name, nameType, details: inOnePiece(details), creator: inOnePiece(creator) };
}

function nameIdentifiers(random: Random, index: number): string {
  if (!random.chance(0.55)) return '';
  const identifier = line('nameIdentifier', ' nameIdentifierScheme="ORCID"', orcid(index * 3331));
  return random.chance(0.03)
    ? identifier + line('nameIdentifier', ' nameIdentifierScheme="GND"', String(100_000_000 + index * 7))
    : identifier;
}

function affiliations(random: Random): string {
  let text = '';
  for (let count = random.below(10); count >= 3; count -= 6) text += affiliation(random);
  return text;
}

function affiliation(random: Random): string {
  const index = random.below(INSTITUTIONS.length);
  const name = encodeText(INSTITUTIONS[index] as string);
  if (random.chance(0.04))
    return line('affiliation', ` affiliationIdentifier="edmo:${1000 + index}" affiliationIdentifierScheme="OTHER"`, name);
  if (random.chance(0.4)) return line('affiliation', '', name);
  return line('affiliation', ` affiliationIdentifier="https://ror.org/${institutionRor(index)}" affiliationIdentifierScheme="ROR"`, name);
}

function institutionRor(index: number): string {
  return ror(31_415_926 + index * 27_183);
}

function line(name: string, attributes: string, text: string): string {
  return `${INDENT}<${name}${attributes}>${text}</${name}>\n`;
}
