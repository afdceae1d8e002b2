import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docsPage } from '../pages/docs-page.ts';
import { readDocs } from './docs-library.ts';

const docs = (await readDocs(join(import.meta.dirname, '..', '..', '..', '..', 'docs')))!;

test('every file of the documentation is a page, and every link between them leads to one', () => {
  expect(docs.pages.size).toBeGreaterThan(20);
  const broken = [...docs.pages.values()].flatMap(({ name, html }) =>
    [...html.matchAll(/href="\/docs\/([^"#]+)(?:#([^"]*))?"/g)]
      .filter(([, path]) => path !== 'index')
      .filter(([, path, fragment]) => {
        const page = docs.pages.get(path!) ?? docs.pages.get(path!.replace(/index$/, 'README'));
        return page === undefined || (fragment !== undefined && !page.html.includes(`id="${fragment}"`));
      })
      .map(([link]) => `${name}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('a search finds sections by words and their beginnings, misspelt ones too', () => {
  for (const words of ['webhook', 'webho', 'webhok'])
    expect(docs.search(words).map(({ path }) => path)).toContain('/docs/harvesting#webhooks');
  expect(docs.search('zzzzqqqq')).toEqual([]);
});

test('a page marks its place and lists its sections', () => {
  const page = docs.pages.get('harvesting')!;
  const main = String(docsPage({ links: [...docs.pages.values()], words: '', page, hits: [] }).main);
  expect(main).toContain('<a href="/docs/harvesting" aria-current="page">Harvesting</a>');
  expect(main).toContain(`<a href="#${page.sections[1]!.id}">`);
  expect(main).toContain(`<h2 id="${page.sections[1]!.id}">`);
});

test('Markdown brings no scripts, and no addresses but of the web', async () => {
  expect([...docs.pages.values()].map(({ html }) => html).join('')).not.toMatch(/<script|javascript:|<img/i);
});
