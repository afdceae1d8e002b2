import type createMarkdown from 'markdown-it';
import type MiniSearch from 'minisearch';
import { readMarkdown } from '../docs/read-markdown.ts';
import { sanitiseDocs } from '../pages/sanitise-html.ts';

/** A page of the documentation. */
export interface DocPage {
  /** Its file without `.md`: `harvesting`, `studies/01-growth-of-a-community`. */
  readonly name: string;
  readonly title: string;
  readonly html: string;
  /** Its headings of the second order. */
  readonly sections: readonly DocSection[];
}

export interface DocSection {
  /** Fragment of its address; empty for the part before the first heading. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A section that has the words looked for. */
export interface DocHit {
  readonly path: string;
  readonly page: string;
  readonly section: string;
  readonly excerpt: string;
}

export interface DocsLibrary {
  readonly pages: ReadonlyMap<string, DocPage>;
  /** Sections with all of the words or their beginnings, the best first. */
  search(words: string): readonly DocHit[];
}

const HITS = 20;
const EXCERPT = 200;

/** Makes pages of the Markdown in a folder. Null if there is no such folder. */
export async function readDocs(folder: string): Promise<DocsLibrary | null> {
  const files = await readMarkdown(folder);
  if (files === null) return null;
  const { default: create } = await import('markdown-it');
  const renderer = create({ html: false, linkify: false, typographer: false });
  const pages = files.map(({ name, markdown }) => toPage(renderer, name, markdown));
  const { default: Search } = await import('minisearch');
  return { pages: new Map(pages.map((page) => [page.name, page])), search: searcher(new Search(OPTIONS), pages) };
}

function toPage(markdown: ReturnType<typeof createMarkdown>, name: string, source: string): DocPage {
  const tokens = markdown.parse(source.replace(/<!--[^]*?-->/g, ''), {});
  const sections: { id: string; title: string; text: string }[] = [{ id: '', title: '', text: '' }];
  let title = name;
  for (const [index, token] of tokens.entries()) {
    const text = tokens[index + 1]?.content ?? '';
    if (token.type === 'heading_open') {
      const id = slugOf(text);
      token.attrSet('id', id);
      if (token.tag === 'h1') title = plain(text);
      else if (token.tag === 'h2') sections.push({ id, title: plain(text), text: '' });
    } else if (token.content !== '') sections.at(-1)!.text += `${plain(token.content)} `;
    for (const child of token.children ?? [])
      if (child.type === 'link_open') child.attrSet('href', pathOf(String(child.attrGet('href')), name));
  }
  return { name, title, html: sanitiseDocs(markdown.renderer.render(tokens, markdown.options, {})), sections };
}

/** As GitHub makes the fragments of headings. */
function slugOf(heading: string): string {
  return plain(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

const plain = (markdown: string): string => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');

/** Where a link between files leads on this site; links into the repository lead nowhere here and become the name of the file. */
function pathOf(href: string, from: string): string {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const { pathname, hash } = new URL(href, `http://docs/docs/${from}`);
  const page = /^\/docs\/(.+)\.md$/.exec(pathname)?.[1];
  return page === undefined ? '/docs' : `/docs/${page.replace(/(^|\/)README$/, '$1index')}${hash}`;
}

const OPTIONS = {
  fields: ['title', 'page', 'text'],
  storeFields: ['path', 'page', 'title', 'text'],
  searchOptions: { boost: { title: 3, page: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' as const },
};

interface Entry {
  readonly id: number;
  readonly path: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

function searcher(index: MiniSearch<Entry>, pages: readonly DocPage[]): DocsLibrary['search'] {
  const entries = pages.flatMap(({ name, title: page, sections }) =>
    sections.map(({ id, title, text }) => ({ path: `/docs/${name}${id === '' ? '' : `#${id}`}`, page, title, text })),
  );
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return (words) =>
    index
      .search(words)
      .slice(0, HITS)
      .map(({ id, terms }) => {
        const { path, page, title, text } = entries[Number(id)]!;
        return { path, page, section: title, excerpt: excerptOf(text, terms) };
      });
}

function excerptOf(text: string, terms: readonly string[]): string {
  const at = Math.max(
    0,
    Math.min(...terms.map((term) => text.toLowerCase().indexOf(term)).filter((place) => place >= 0), text.length) - 60,
  );
  return `${at > 0 ? '… ' : ''}${text.slice(at, at + EXCERPT).trim()}${at + EXCERPT < text.length ? ' …' : ''}`;
}
