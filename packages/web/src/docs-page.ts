import { ask, Refused } from './api-client.ts';
import type { Parameter } from './docs-parameter.ts';
import { fill, h, type Child } from './dom.ts';
import { count } from '@thresher/api/format';
import { problemBox } from './problem-box.ts';
import { tryForm } from './docs-try.ts';

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** What this page reads of an OpenAPI document. */
interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** More parameters than this are folded: every field of a record is one. */
const SHOWN = 8;

/** The paths of the API from its OpenAPI document, each with a form to try it. */
export async function showDocsPage(main: HTMLElement): Promise<void> {
  document.title = 'API – Thresher';
  try {
    const { value } = await ask<Document>('/api/openapi.json');
    fill(
      main,
      h(
        'div',
        { class: 'docs' },
        head(value),
        value.tags.map((tag) => group(value, tag)),
      ),
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(
      main,
      h(
        'div',
        { class: 'alone' },
        problemBox(error.problem, () => void showDocsPage(main), 'h1'),
      ),
    );
  }
}

function head({ info }: Document): HTMLElement {
  const paragraphs = info.description.split('\n\n').map((text) => h('p', {}, text));
  return h(
    'header',
    {},
    h('h1', {}, 'API'),
    paragraphs,
    h('p', { class: 'quiet' }, `Version ${info.version} · `, h('a', { href: '/api/openapi.json' }, 'OpenAPI document')),
  );
}

function group({ paths }: Document, { name, description }: Document['tags'][number]): HTMLElement {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods)
      .filter(({ tags }) => tags.includes(name))
      .map((operation) => card(path, operation)),
  );
  return h('section', {}, h('h2', {}, description), operations);
}

function card(path: string, operation: Operation): HTMLElement {
  const parameters = operation.parameters ?? [];
  return h(
    'details',
    { class: 'operation', id: path },
    h('summary', {}, h('code', {}, 'GET'), h('span', { class: 'mono path' }, path), h('span', { class: 'quiet' }, operation.summary)),
    h('div', { class: 'operation-body' }, parameterList(parameters), tryForm(path, parameters.slice(0, SHOWN)), answers(operation)),
  );
}

function parameterList(parameters: readonly Parameter[]): Child {
  const row = ({ name, description, required, schema }: Parameter): HTMLElement[] => [
    h('dt', {}, h('code', {}, name), required === true && h('span', { class: 'quiet' }, ' required')),
    h('dd', {}, description, schema.default !== undefined && h('span', { class: 'quiet' }, ` (default ${String(schema.default)})`)),
  ];
  const rest = parameters.slice(SHOWN);
  const folded =
    rest.length > 0 &&
    h(
      'details',
      {},
      h('summary', {}, `${count(rest.length)} more: every field of a record`),
      h(
        'p',
        { class: 'names' },
        rest.map(({ name }) => h('code', {}, name)),
      ),
    );
  return parameters.length > 0 && [h('dl', { class: 'parameters' }, parameters.slice(0, SHOWN).flatMap(row)), folded];
}

function answers({ responses }: Operation): HTMLElement {
  return h(
    'dl',
    { class: 'parameters' },
    Object.entries(responses).flatMap(([status, { description }]) => [h('dt', {}, h('code', {}, status)), h('dd', {}, description)]),
  );
}
