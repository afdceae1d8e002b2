import { h } from './dom.ts';
import { spelled } from './format.ts';
import type { SearchState } from './search-state.ts';

/** Zenodo's types, the frequent ones first. */
const TYPES = [
  'publication',
  'dataset',
  'software',
  'image',
  'presentation',
  'poster',
  'video',
  'lesson',
  'physicalobject',
  'workflow',
  'model',
  'other',
];
const ACCESS = ['open', 'embargoed', 'restricted', 'closed'];

type Change = (change: Partial<SearchState>) => void;

/** The boxes beside the results; `change` is told what to narrow down to. */
export function searchFilters(state: SearchState, change: Change): HTMLElement {
  return h(
    'details',
    { class: 'filters', open: matchMedia('(min-width: 60rem)').matches },
    h('summary', {}, 'Narrow down'),
    h(
      'form',
      { 'aria-label': 'Filters', onsubmit: (event: Event) => event.preventDefault() },
      choices('Type', TYPES, state.types, (types) => change({ types })),
      choices('Access to the files', ACCESS, state.access, (access) => change({ access })),
      years(state, change),
    ),
  );
}

function choices(label: string, values: readonly string[], chosen: readonly string[], choose: (values: string[]) => void): HTMLElement {
  const box = (value: string): HTMLElement => {
    const toggle = (event: Event): void => {
      const { checked } = event.currentTarget as HTMLInputElement;
      choose(checked ? [...chosen, value] : chosen.filter((one) => one !== value));
    };
    return h(
      'label',
      { class: 'choice' },
      h('input', { type: 'checkbox', name: label, value, checked: chosen.includes(value), onchange: toggle }),
      spelled(value),
    );
  };
  return h('fieldset', {}, h('legend', {}, label), values.map(box));
}

function years({ from, to }: SearchState, change: Change): HTMLElement {
  const year = (label: string, value: string, set: (year: string) => void): HTMLElement => {
    const changed = (event: Event): void => {
      const input = event.currentTarget as HTMLInputElement;
      if (input.checkValidity()) set(input.value);
    };
    return h(
      'label',
      {},
      h('span', {}, label),
      h('input', {
        type: 'text',
        name: label,
        inputmode: 'numeric',
        pattern: '\\d{4}',
        maxlength: 4,
        placeholder: 'year',
        value,
        onchange: changed,
        title: 'Four digits',
      }),
    );
  };
  return h(
    'fieldset',
    { class: 'years' },
    h('legend', {}, 'Published'),
    year('from', from, (value) => change({ from: value })),
    year('to', to, (value) => change({ to: value })),
  );
}

/** What narrows the search down, each with a button that takes it away. */
export function activeFilters(state: SearchState, change: Change): HTMLElement | null {
  const chip = (label: string, without: Partial<SearchState>): HTMLElement =>
    h(
      'button',
      { class: 'chip', type: 'button', onclick: () => change(without), 'aria-label': `Remove filter: ${label}` },
      label,
      h('span', { 'aria-hidden': true }, '×'),
    );
  const chips = [
    ...state.types.map((type) => chip(spelled(type), { types: state.types.filter((one) => one !== type) })),
    ...state.access.map((right) => chip(`${spelled(right)} access`, { access: state.access.filter((one) => one !== right) })),
    ...state.communities.map((slug) => chip(`Community ${slug}`, { communities: state.communities.filter((one) => one !== slug) })),
    ...(state.from !== '' ? [chip(`From ${state.from}`, { from: '' })] : []),
    ...(state.to !== '' ? [chip(`To ${state.to}`, { to: '' })] : []),
  ];
  const none = { types: [], access: [], communities: [], from: '', to: '' };
  if (chips.length > 1) chips.push(h('button', { class: 'link', type: 'button', onclick: () => change(none) }, 'Clear all'));
  return chips.length === 0 ? null : h('div', { class: 'active-filters' }, chips);
}
