import type { Person } from '../record.ts';

/** A name in its parts, or whole if its parts are not known (organisations, undivided names). */
export type CitedName = { readonly family: string; readonly given: string; readonly suffix?: string } | { readonly literal: string };

/**
 * The name as a citation prints it: the parts that the source gave, else those of `Family, Given` or `Family, Given, Jr.`. Commas
 * without a neighbour are dropped, and so is what stands in brackets after a given name (`Elisa G. (Elisa Gertrude)`), since
 * citation styles make initials of it.
 */
export function citedName(person: Person): CitedName {
  const { name, givenName, familyName } = person;
  const whole = withoutLooseCommas(name);
  if (isOrganisation(person)) return { literal: whole };
  if (familyName !== null && givenName !== null) return inParts(familyName, givenName, undefined) ?? { literal: whole };
  const parts = whole.split(/\s*[,，]\s*/);
  const suffix = parts.length > 2 ? parts.findIndex((part, n) => n > 0 && SUFFIX.test(part)) : -1;
  const [family = '', given = '', ...more] = parts.filter((_, n) => n !== suffix);
  if (more.length > 0 || SUFFIX.test(given)) return { literal: whole };
  return inParts(family, given, parts[suffix]) ?? { literal: whole };
}

/**
 * Whether a name is an organisation's: by its nameType, by an identifier that only organisations have, or, if the source did not
 * split the name, by a word that people are not called by. Kernel 3 and 4.0 have no nameType, and legacy records of Zenodo call
 * organisations `Personal`.
 */
export function isOrganisation({ name, nameType, givenName, orcid, nameIdentifiers }: Person): boolean {
  if (nameType === 'Organizational') return true;
  if (givenName !== null || orcid !== null) return false;
  return nameIdentifiers.some(({ scheme }) => scheme === 'ROR' || scheme === 'GRID') || ORGANISATION.test(name) || JOINED.test(name);
}

const SUFFIX = /^(?:jr|sr|jnr|snr|[ivx]{2,4}|ph\.?\s?d|m\.?\s?d)\.?$/i;

const ORGANISATION =
  /(?<!\p{L})(?:universi\p{L}*|institu\p{L}*|laborator\p{L}*|cent(?:er|re|ro)|department|faculty|school|college|academy|association|society|consortium|collaboration|agency|ministry|council|committee|commission|foundation|federation|corporation|company|museum|museo|museu|mus[eé]e|library|observatory|hospital|working group|research group|project team|initiative|organi[sz]ation|gmbh|inc|ltd|llc)(?!\p{L})/iu;

/** Words within names of organisations (Fisheries and Oceans, Bureau of Meteorology). Those of Romance languages are in people's names too. */
const JOINED = /(?<=\p{L} )(?:and|of|for|und|für)(?= \p{L})/iu;

function inParts(family: string, given: string, suffix: string | undefined): CitedName | null {
  const [cleanFamily, cleanGiven] = [withoutBrackets(family), withoutBrackets(given)];
  if (cleanFamily === '' || cleanGiven === '') return null;
  return { family: cleanFamily, given: cleanGiven, ...(suffix === undefined ? {} : { suffix }) };
}

/** If nothing else is left, what stood inside the brackets. */
function withoutBrackets(part: string): string {
  const outside = part.replace(/\s*(?:\([^()]*\)|\[[^[\]]*\]|（[^（）]*）)/g, ' ');
  const kept = /\p{L}/u.test(outside) ? outside : part;
  return withoutLooseCommas(kept.replace(/[()[\]（）]/g, ' ').replace(/\s+/g, ' '));
}

const withoutLooseCommas = (text: string): string =>
  text.replace(/\s*(?:[,，]\s*)+([,，])/g, '$1').replace(/^[\s,，、;；]+|[\s,，、;；]+$/g, '');
