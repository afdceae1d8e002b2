import type { Person } from '@thresher/datacite';
import { count } from '../format.ts';
import { h, type Html, said } from '../html.ts';
import { identifierUrl } from '../identifier-url.ts';

type Affiliation = Person['affiliations'][number];

/** The script of the page folds those after these. */
const SHOWN = 20;

/** The creators with their ORCID iDs, their affiliations numbered beneath. */
export function creatorList(people: readonly Person[]): Html | null {
  if (people.length === 0) return null;
  const affiliations = distinct(people.flatMap((person) => person.affiliations));
  const numberOf = new Map(affiliations.map((one, index) => [keyOf(one), index + 1]));
  const item = (person: Person): Html => h('li', {}, personLink(person), marks(person, affiliations.length > 1 ? numberOf : new Map()));
  const fold = people.length > SHOWN && { 'data-shown': SHOWN };
  const list = h('ul', { class: 'creators', 'aria-label': 'Creators', ...fold }, people.map(item));
  return h('div', {}, list, affiliations.length > 0 && affiliationList(affiliations));
}

/** A name leads to the page of the person, or, without an ORCID iD, to a search for the name. */
function personLink(person: Person): Html {
  const href =
    person.orcid === null ? `/?q=${encodeURIComponent(`creators.name:"${person.name.replaceAll('"', '')}"`)}` : `/people/${person.orcid}`;
  return h('a', { class: 'person', href, title: 'Other records of this person' }, said(person.name, person.lang));
}

function marks(person: Person, numberOf: ReadonlyMap<string, number>): (Html | null)[] {
  const numbers = [...new Set(person.affiliations.map((one) => numberOf.get(keyOf(one))))].filter((number) => number !== undefined);
  return [
    identifiers(person),
    numbers.length === 0 ? null : h('sup', { 'aria-label': `affiliations ${numbers.join(', ')}` }, numbers.join(' ')),
  ];
}

/** Other identifiers show when there is no ORCID iD. */
function identifiers({ orcid, nameIdentifiers }: Person): Html | null {
  if (orcid !== null)
    return h(
      'a',
      { class: 'orcid', href: `https://orcid.org/${orcid}`, rel: 'noopener', 'aria-label': `ORCID iD ${orcid}`, title: `ORCID ${orcid}` },
      'iD',
    );
  const known = nameIdentifiers.find((one) => one.scheme !== null && one.value !== null);
  const url = known && identifierUrl(known.value!, known.scheme);
  return known && url
    ? h('a', { class: 'orcid other', href: url, rel: 'noopener', title: `${known.scheme} ${known.value}` }, known.scheme)
    : null;
}

function affiliationList(affiliations: readonly Affiliation[]): Html {
  const item = (one: Affiliation): Html => {
    const name = said(one.name ?? one.affiliationIdentifier ?? '');
    return h('li', {}, one.ror === null ? name : h('a', { href: `/organisations/${one.ror}`, title: `ROR ${one.ror}` }, name));
  };
  const list = h('ol', { class: affiliations.length > 1 ? 'affiliations' : 'affiliations single' }, affiliations.map(item));
  return affiliations.length <= 6 ? list : h('details', {}, h('summary', {}, `${count(affiliations.length)} affiliations`), list);
}

/** One person on a line, with what is known of them. */
export function personLine(person: Person): Html {
  const places = person.affiliations.map((one) => one.name ?? one.affiliationIdentifier).filter((name) => name !== null);
  return h(
    'span',
    {},
    personLink(person),
    identifiers(person),
    places.length > 0 && h('span', { class: 'quiet' }, ', ', said(places.join('; '))),
  );
}

function distinct(affiliations: readonly Affiliation[]): Affiliation[] {
  return [...new Map(affiliations.map((one) => [keyOf(one), one])).values()];
}

function keyOf({ name, ror, affiliationIdentifier }: Affiliation): string {
  return `${name ?? ''} ${ror ?? affiliationIdentifier ?? ''}`;
}
