import type { NormalisedRecord } from '@thresher/api';
import { h, said } from './dom.ts';
import { count } from './format.ts';
import { identifierUrl } from './identifier-url.ts';

type Person = NormalisedRecord['metadata']['creators'][number];
type Affiliation = Person['affiliations'][number];

/** More creators than this are folded. */
const SHOWN = 20;

/** The creators with their ORCID iDs, their affiliations numbered beneath. */
export function creatorList(people: readonly Person[]): HTMLElement | null {
  if (people.length === 0) return null;
  const affiliations = distinct(people.flatMap((person) => person.affiliations));
  const numberOf = new Map(affiliations.map((one, index) => [keyOf(one), index + 1]));
  const item = (person: Person, index: number): HTMLElement =>
    h('li', { hidden: index >= SHOWN }, personLink(person), marks(person, affiliations.length > 1 ? numberOf : new Map()));
  const list = h('ul', { class: 'creators', 'aria-label': 'Creators' }, people.map(item));
  const more =
    people.length > SHOWN &&
    h(
      'button',
      { class: 'link', type: 'button', onclick: (event: Event) => unfold(list, event) },
      `Show all ${count(people.length)} creators`,
    );
  return h('div', {}, list, more, affiliations.length > 0 && affiliationList(affiliations));
}

function unfold(list: HTMLElement, event: Event): void {
  for (const item of list.children) item.removeAttribute('hidden');
  (event.currentTarget as HTMLElement).remove();
}

/** A name leads to the other records of the same person: surely so by ORCID iD, else by name. */
function personLink(person: Person): HTMLElement {
  const query = person.orcid === null ? `creators.name:"${person.name.replaceAll('"', '')}"` : `creators.orcid:${person.orcid}`;
  return h(
    'a',
    { class: 'person', href: `/?q=${encodeURIComponent(query)}`, title: 'Other records of this person' },
    said(person.name, person.lang),
  );
}

function marks(person: Person, numberOf: ReadonlyMap<string, number>): (HTMLElement | null)[] {
  const numbers = [...new Set(person.affiliations.map((one) => numberOf.get(keyOf(one))))].filter((number) => number !== undefined);
  return [
    identifiers(person),
    numbers.length === 0 ? null : h('sup', { 'aria-label': `affiliations ${numbers.join(', ')}` }, numbers.join(' ')),
  ];
}

/** Other identifiers show when there is no ORCID iD. */
function identifiers({ orcid, nameIdentifiers }: Person): HTMLElement | null {
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

function affiliationList(affiliations: readonly Affiliation[]): HTMLElement {
  const item = (one: Affiliation): HTMLElement => {
    const name = said(one.name ?? one.affiliationIdentifier ?? '');
    return h(
      'li',
      {},
      one.ror === null ? name : h('a', { href: `https://ror.org/${one.ror}`, rel: 'noopener', title: `ROR ${one.ror}` }, name),
    );
  };
  const list = h('ol', { class: affiliations.length > 1 ? 'affiliations' : 'affiliations single' }, affiliations.map(item));
  return affiliations.length <= 6 ? list : h('details', {}, h('summary', {}, `${count(affiliations.length)} affiliations`), list);
}

/** One person on a line, with what is known of them. */
export function personLine(person: Person): HTMLElement {
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
