import type { SearchPage } from '@thresher/api';
import { h } from './dom.ts';
import { count, spelled } from '@thresher/api/format';
import { facetFinder } from './facet-finder.ts';
import { choose, FACETS, type FacetName, type SearchState } from './search-state.ts';
import { yearBox } from './search-years.ts';

/** Counts by facet, as the API gives them. */
export type Counts = NonNullable<SearchPage['aggregations']>;
type Bucket = Counts[string]['buckets'][number];
type Inner = NonNullable<Bucket['inner']>['buckets'][number];
type Change = (change: Partial<SearchState>) => void;

/** Values of a facet before the rest is folded away. */
const SHOWN = 6;
/** Those that most people need stand open. */
const OPEN: readonly FacetName[] = ['resource_type', 'access_status'];
/** Facets with more values than the API lists, and how many it lists. */
const FOUND: ReadonlySet<FacetName> = new Set<FacetName>([
  'community',
  'subject',
  'person',
  'affiliation',
  'funder',
  'language',
  'license',
]);
const MANY = 20;
/** Shorter than the API's. */
const LEGENDS: Readonly<Record<FacetName, string>> = {
  resource_type: 'Type',
  access_status: 'Access to the files',
  community: 'Community',
  subject: 'Subject',
  person: 'Creator',
  affiliation: 'Affiliation',
  funder: 'Funder',
  language: 'Language',
  license: 'Licence',
  file_type: 'File type',
};

/** The boxes next to the results; `change` is called with the narrowed search. Without counts they show what is chosen. */
export function searchFilters(state: SearchState, counts: Counts, change: Change): HTMLElement {
  return h(
    'details',
    { class: 'filters', 'data-fold': 'filters', open: matchMedia('(min-width: 60rem)').matches },
    h('summary', {}, 'Narrow down'),
    h(
      'form',
      { 'aria-label': 'Filters', onsubmit: (event: Event) => event.preventDefault() },
      facetBox('resource_type', state, counts, change),
      yearBox(state, counts['publication_year']?.buckets ?? [], change),
      FACETS.slice(1).map((facet) => facetBox(facet, state, counts, change)),
      allVersions(state, change),
    ),
  );
}

function facetBox(facet: FacetName, state: SearchState, counts: Counts, change: Change): HTMLElement | null {
  const chosen = state.chosen[facet] ?? [];
  const buckets = withChosen(facet, counts[facet]?.buckets ?? [], chosen);
  if (buckets.length === 0) return null;
  const set = (values: readonly string[]): void => change({ chosen: choose(state.chosen, facet, values) });
  const lines = buckets.map((bucket) =>
    h('li', {}, choice(facet, bucket, chosen, set, innerKeys(bucket)), innerChoices(facet, bucket, chosen, set)),
  );
  const found = (bucket: Bucket): HTMLElement => h('li', {}, choice(facet, bucket, chosen, set, []));
  const finder = FOUND.has(facet) && buckets.length >= MANY && facetFinder(state, facet, LEGENDS[facet], found);
  const [first, rest] = [lines.slice(0, SHOWN), lines.slice(SHOWN)];
  const more = h('details', { class: 'more', 'data-fold': `${facet} more` }, h('summary', {}, `${rest.length} more`), h('ul', {}, rest));
  return h(
    'details',
    { class: 'facet', 'data-fold': facet, open: OPEN.includes(facet) || chosen.length > 0 },
    h('summary', {}, LEGENDS[facet]),
    h('fieldset', {}, h('legend', { class: 'unseen' }, LEGENDS[facet]), finder, h('ul', {}, first), rest.length > 0 && more),
  );
}

const inLowerCase = (text: string): string => text.toLowerCase();
/** A link may have another spelling of a value than the facet shows. */
const isSame = (a: string, b: string): boolean => inLowerCase(a) === inLowerCase(b);

/** What is chosen and no longer counted can still be taken back. */
function withChosen(facet: FacetName, buckets: readonly Bucket[], chosen: readonly string[]): Bucket[] {
  const known = new Set(buckets.flatMap((bucket) => [bucket.key, ...innerKeys(bucket)]).map(inLowerCase));
  const missing = chosen.filter((key) => !known.has(inLowerCase(key)));
  return [...missing.map((key) => ({ key, label: plainLabel(facet, key), doc_count: 0, is_selected: true })), ...buckets];
}

function innerKeys({ inner }: Bucket): string[] {
  return inner?.buckets.map((one) => one.key) ?? [];
}

/** The subtypes of a type show once the type or one of them is chosen. */
function innerChoices(facet: FacetName, bucket: Bucket, chosen: readonly string[], set: (values: string[]) => void): HTMLElement | null {
  const inner = bucket.inner?.buckets ?? [];
  if (inner.length === 0 || ![bucket.key, ...innerKeys(bucket)].some((key) => chosen.includes(key))) return null;
  return h(
    'ul',
    { class: 'inner' },
    inner.map((one) => h('li', {}, choice(facet, one, chosen, set, [bucket.key]))),
  );
}

/** A type and its subtypes take each other's place (`instead`): the type has them all. */
function choice(
  facet: FacetName,
  bucket: Bucket | Inner,
  chosen: readonly string[],
  set: (values: string[]) => void,
  instead: readonly string[],
): HTMLElement {
  const { key } = bucket;
  const toggle = (event: Event): void => {
    const { checked } = event.currentTarget as HTMLInputElement;
    const others = chosen.filter((one) => !isSame(one, key) && !(checked && instead.includes(one)));
    set(checked ? [...others, key] : others);
  };
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'checkbox', name: facet, value: key, checked: chosen.some((one) => isSame(one, key)), onchange: toggle }),
    h('bdi', {}, bucket.label),
    h('span', { class: 'count' }, count(bucket.doc_count)),
  );
}

function allVersions(state: SearchState, change: Change): HTMLElement {
  const toggle = (event: Event): void => change({ allVersions: (event.currentTarget as HTMLInputElement).checked });
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'checkbox', name: 'all_versions', value: 'true', checked: state.allVersions, onchange: toggle }),
    'All versions',
  );
}

/** What narrows the search down, each with a button that takes it away. */
export function activeFilters(state: SearchState, counts: Counts, change: Change): HTMLElement | null {
  const chip = (label: string, without: Partial<SearchState>): HTMLElement =>
    h(
      'button',
      { class: 'chip', type: 'button', onclick: () => change(without), 'aria-label': `Remove filter: ${label}` },
      h('bdi', {}, label),
      h('span', { 'aria-hidden': true }, '×'),
    );
  const ofFacet = (facet: FacetName): HTMLElement[] => {
    const chosen = state.chosen[facet] ?? [];
    const without = (key: string): string[] => chosen.filter((one) => one !== key);
    return chosen.map((key) => chip(chipLabel(facet, key, counts), { chosen: choose(state.chosen, facet, without(key)) }));
  };
  const chips = [
    ...FACETS.flatMap(ofFacet),
    ...(state.from !== '' ? [chip(`From ${state.from}`, { from: '' })] : []),
    ...(state.to !== '' ? [chip(`To ${state.to}`, { to: '' })] : []),
  ];
  const none = { chosen: {}, from: '', to: '' };
  if (chips.length > 1) chips.push(h('button', { class: 'link', type: 'button', onclick: () => change(none) }, 'Clear all'));
  return chips.length === 0 ? null : h('div', { class: 'active-filters' }, chips);
}

function chipLabel(facet: FacetName, key: string, counts: Counts): string {
  const buckets = counts[facet]?.buckets.flatMap((bucket) => [bucket, ...(bucket.inner?.buckets ?? [])]) ?? [];
  const label = buckets.find((bucket) => isSame(bucket.key, key))?.label ?? plainLabel(facet, key);
  if (facet === 'access_status') return `${label} access`;
  return facet === 'community' ? `Community ${label}` : label;
}

function plainLabel(facet: FacetName, key: string): string {
  return facet === 'resource_type' || facet === 'access_status' ? spelled(key) : key;
}
