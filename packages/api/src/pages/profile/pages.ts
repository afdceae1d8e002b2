import type { CommunityMove } from '@thresher/store/changes';
import type { ListedCommunity, OrganisationView, PersonView } from '@thresher/store/read';
import { recordPath } from '../../shapes/links.ts';
import { sanitiseHtml } from '../sanitise-html.ts';
import { barList } from '../charts.ts';
import { count, day } from '../format.ts';
import { type Child, h, type Html, said, trusted } from '../html.ts';
import type { Page } from '../layout.ts';
import { type Profile, profileBody, profileHead, recordCount } from './profile.ts';

/** What the index said, or why it said nothing. */
export interface Counted {
  readonly profile: Profile | null;
  readonly unavailable: string | null;
}

const enc = encodeURIComponent;
const button = (href: string, label: string, more: Readonly<Record<string, string>> = {}): Html =>
  h('a', { class: 'button', href, ...more }, label);

interface CommunityView extends Counted {
  readonly community: ListedCommunity;
  readonly moves: readonly CommunityMove[];
}

/** The page of a community. */
export function communityPage({ community, profile, unavailable, moves }: CommunityView): Page {
  const { slug, records, facts } = community;
  const { title = null, website = null, description = null } = facts ?? {};
  const query = `communities=${enc(slug)}`;
  const feed = `/feeds/communities/${enc(slug)}.atom`;
  return {
    title: title ?? slug,
    path: `/communities/${enc(slug)}`,
    head: h('link', { rel: 'alternate', type: 'application/atom+xml', title: 'New records', href: feed }),
    main: h(
      'article',
      { class: 'profile' },
      profileHead(
        title ?? slug,
        [
          title !== null && h('span', { class: 'mono' }, slug),
          `${recordCount(records)}, all versions`,
          profile && `${count(profile.total)} works`,
        ],
        [
          h('a', { class: 'button primary', href: `/?${query}` }, 'Search in it'),
          button(feed, 'Feed'),
          button(`/api/records/export?${query}&format=csv`, 'Export as CSV', { rel: 'nofollow' }),
          website !== null && button(website, 'Website', { rel: 'noopener' }),
        ],
      ),
      description !== null && h('div', { class: 'prose html' }, trusted(sanitiseHtml(description))),
      h('p', { class: 'command' }, 'Keep it current: ', h('code', {}, `thresher sync zenodo --set user-${slug}`)),
      profileBody(profile, unavailable, ['community']),
      movesOf(moves),
    ),
  };
}

function movesOf(moves: readonly CommunityMove[]): Html | null {
  if (moves.length === 0) return null;
  const line = ({ title, type, on, ...record }: CommunityMove): Html =>
    h(
      'li',
      {},
      h('span', { class: 'badge' }, type),
      ' ',
      h('a', { href: `/records/${recordPath(record)}` }, said(title ?? record.uniqueName)),
      h('span', { class: 'quiet' }, ` ${day(on)}`),
    );
  return h('section', { class: 'newest' }, h('h2', {}, 'Who joined and left'), h('ul', { class: 'lines' }, moves.map(line)));
}

interface PersonPageView extends Counted {
  readonly person: PersonView;
}

/** The page of a person, known by ORCID iD. */
export function personPage({ person, profile, unavailable }: PersonPageView): Page {
  const { orcid, name, spellings, records, coAuthors, firstYear, lastYear } = person;
  const others = coAuthors.map((one) => ({ label: one.name, value: one.works, href: `/people/${one.orcid}` }));
  return {
    title: name,
    path: `/people/${orcid}`,
    main: h(
      'article',
      { class: 'profile' },
      profileHead(
        name,
        [
          h('a', { class: 'mono', href: `https://orcid.org/${orcid}`, rel: 'noopener' }, orcid),
          recordCount(records),
          years(firstYear, lastYear),
        ],
        [
          h('a', { class: 'button primary', href: `/?q=${enc(`creators.orcid:${orcid}`)}` }, 'Search in them'),
          button(`/feeds/records.atom?q=${enc(`creators.orcid:${orcid}`)}`, 'Feed'),
        ],
      ),
      otherSpellings(name, spellings),
      barList('Works with others who have an ORCID iD', others),
      profileBody(profile, unavailable, ['person']),
    ),
  };
}

interface OrganisationPageView extends Counted {
  readonly organisation: OrganisationView;
}

/** The page of an organisation, known by ROR id. */
export function organisationPage({ organisation, profile, unavailable }: OrganisationPageView): Page {
  const { ror, name, spellings, partners } = organisation;
  const query = enc(`creators.affiliations.ror:${ror}`);
  const others = partners.map((one) => ({ label: one.name, value: one.works, href: `/organisations/${one.ror}` }));
  return {
    title: name,
    path: `/organisations/${ror}`,
    main: h(
      'article',
      { class: 'profile' },
      profileHead(
        name,
        [
          h('a', { class: 'mono', href: `https://ror.org/${ror}`, rel: 'noopener' }, `ror.org/${ror}`),
          profile && `${count(profile.total)} works`,
        ],
        [h('a', { class: 'button primary', href: `/?q=${query}` }, 'Search in them'), button(`/feeds/records.atom?q=${query}`, 'Feed')],
      ),
      otherSpellings(name, spellings),
      barList('Works with other organisations', others),
      profileBody(profile, unavailable, ['affiliation']),
    ),
  };
}

function otherSpellings(name: string, spellings: readonly string[]): Child {
  const others = spellings.filter((one) => one !== name).slice(0, 8);
  return (
    spellings.length > 1 &&
    h(
      'p',
      { class: 'quiet' },
      'Also written as ',
      others.map((one, index) => [index > 0 && '; ', said(one)]),
    )
  );
}

function years(first: number | null, last: number | null): string | null {
  return first === null ? null : first === last ? String(first) : `${first} to ${last}`;
}

/** One page of the list of communities. */
export interface CommunityList {
  readonly words: string;
  readonly communities: readonly ListedCommunity[];
  readonly total: number;
  readonly offset: number;
  readonly size: number;
}

/** The communities, the largest first. */
export function communitiesPage({ words, communities, total, offset, size }: CommunityList): Page {
  const at = (from: number): string =>
    `/communities?${new URLSearchParams({ ...(words !== '' && { q: words }), from: String(from) }).toString()}`;
  const line = ({ slug, facts, records }: ListedCommunity): Html =>
    h(
      'li',
      {},
      h('a', { href: `/communities/${enc(slug)}` }, said(facts?.title ?? slug)),
      facts?.title && h('span', { class: 'quiet mono' }, slug),
      h('span', { class: 'count' }, count(records)),
    );
  return {
    title: 'Communities',
    path: '/communities',
    main: h(
      'div',
      { class: 'profile' },
      profileHead('Communities', [`${count(total)}${total >= 10_000 ? ' or more' : ''}, the largest first`], []),
      h(
        'form',
        { class: 'find', role: 'search', 'aria-label': 'Communities', action: '/communities' },
        h('input', { type: 'search', name: 'q', value: words, 'aria-label': 'Words in the name of a community' }),
        h('button', {}, 'Find'),
      ),
      communities.length === 0
        ? h('p', { class: 'empty' }, 'No community here has these words in its name.')
        : h('ol', { class: 'community-list' }, communities.map(line)),
      h(
        'nav',
        { class: 'paging', 'aria-label': 'Pages' },
        offset > 0 && h('a', { class: 'button', rel: 'prev', href: at(Math.max(0, offset - size)) }, 'Larger ones'),
        offset + size < total && h('a', { class: 'button', rel: 'next', href: at(offset + size) }, 'Smaller ones'),
      ),
    ),
  };
}
