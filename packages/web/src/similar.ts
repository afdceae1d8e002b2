import type { ZenodoRecord } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h, said } from './dom.ts';
import { plural } from '@thresher/api/format';

interface Found {
  readonly hits: { readonly hits: readonly ZenodoRecord[]; readonly total: number };
}

/** Asks for similar records once their place comes near the screen. They are a help: without an index the place stays hidden. */
export function enableSimilar(main: HTMLElement, section: HTMLElement): void {
  const show = async (): Promise<void> => {
    const [similar, citing] = await Promise.all([find(section.dataset['similar']!), countCiting(section.dataset['cited'])]);
    if (similar !== null && similar.hits.hits.length > 0) {
      fill(section.querySelector('ul')!, similar.hits.hits.map(toLine));
      section.hidden = false;
    }
    if (citing !== null) section.before(citing);
  };
  // A hidden element is never in view, so the end of what is before it is watched.
  const watched = section.previousElementSibling ?? main;
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void show();
    },
    { rootMargin: '600px' },
  );
  observer.observe(watched);
}

async function find(path: string): Promise<Found | null> {
  try {
    return (await ask<Found>(path)).value;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Records whose lists of references name this one, which are known to the index only; null if there are none. */
async function countCiting(query: string | undefined): Promise<HTMLElement | null> {
  if (query === undefined) return null;
  const parameters = new URLSearchParams({ q: query, size: '0', facets: '' });
  const total = (await find(`/api/records?${parameters.toString()}`))?.hits.total ?? 0;
  if (total === 0) return null;
  const label = `${plural(total, 'record')} here ${total === 1 ? 'has' : 'have'} it among the references`;
  return h('p', { class: 'citing' }, h('a', { href: `/?q=${encodeURIComponent(query)}` }, label));
}

function toLine({ id, title, metadata }: ZenodoRecord): HTMLElement {
  const [first, ...others] = metadata.creators;
  const facts = [first && `${first.name}${others.length > 0 ? ' et al.' : ''}`, metadata.publication_date?.slice(0, 4)].filter(Boolean);
  return h(
    'li',
    {},
    h('a', { href: `/records/${encodeURIComponent(id)}` }, said(title || 'Without a title')),
    h('span', { class: 'quiet' }, ` ${facts.join(', ')}`),
  );
}
