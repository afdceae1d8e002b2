import { copyButton } from './copy-button.ts';
import type { Parameter } from './docs-parameter.ts';
import { fill, h } from './dom.ts';
import { type RequestSnippet, requestSnippets } from './request-snippets.ts';

/** Longer answers are cut: a browser chokes on them, and the link shows all. */
const SHOWN_CHARACTERS = 20_000;

/** A form for the parameters of a path that asks the API, shows what it answers, and the same request for other programs. */
export function tryForm(path: string, parameters: readonly Parameter[]): HTMLElement {
  const reply = h('div', { class: 'reply', 'aria-live': 'polite' });
  const snippets = h('div');
  const urlNow = (): string => {
    const values = new FormData(form);
    return urlOf(path, parameters, (name) => values.get(name) as string);
  };
  const field = (parameter: Parameter): HTMLElement => h('label', {}, h('span', {}, parameter.name), control(parameter));
  const form: HTMLFormElement = h(
    'form',
    {
      class: 'try',
      onsubmit: (event: Event) => (event.preventDefault(), void send(urlNow(), reply)),
      oninput: () => showSnippets(snippets, urlNow()),
    },
    parameters.map(field),
    h('button', { class: 'primary' }, 'Send'),
  );
  showSnippets(snippets, urlNow());
  return h('div', {}, form, reply, h('details', { class: 'snippets' }, h('summary', {}, 'The same request in code'), snippets));
}

/** A choice may be left open as well: a list of choices sends its first one otherwise. */
function control({ name, required, schema }: Parameter): HTMLElement {
  if (schema.enum === undefined || schema.enum.length < 2)
    return h('input', {
      name,
      required: required === true,
      autocomplete: 'off',
      placeholder: schema.default === undefined ? null : String(schema.default),
    });
  return h(
    'select',
    { name },
    required !== true && h('option', { value: '' }, schema.default === undefined ? 'not sent' : `not sent (${schema.default})`),
    schema.enum.map((value) => value !== '' && h('option', {}, value)),
  );
}

function showSnippets(box: HTMLElement, url: string): void {
  const missing = /\{(\w+)\}/.exec(url)?.[1];
  if (missing !== undefined) return fill(box, h('p', { class: 'quiet' }, `Fill in ${missing} first.`));
  const line = ({ label, code }: RequestSnippet): HTMLElement =>
    h('div', {}, h('dt', {}, label, ' ', copyButton(code, label)), h('dd', {}, h('pre', { tabindex: 0 }, h('code', {}, code))));
  return fill(box, h('dl', { class: 'elsewhere' }, requestSnippets(location.origin + url).map(line)));
}

async function send(url: string, reply: HTMLElement): Promise<void> {
  fill(reply, h('p', { class: 'quiet' }, 'Asking …'));
  try {
    const answer = await fetch(url);
    const text = await answer.text();
    const shown = answer.headers.get('content-type')?.includes('json') === true ? JSON.stringify(JSON.parse(text), null, 2) : text;
    fill(
      reply,
      h(
        'p',
        {},
        h('span', { class: `badge ${answer.ok ? 'state-complete' : 'state-failed'}` }, answer.status),
        ' ',
        h('a', { href: url, class: 'mono' }, url),
      ),
      h('pre', { tabindex: 0 }, shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}\n…` : shown),
    );
  } catch (error) {
    fill(reply, h('p', { class: 'missing' }, String(error)));
  }
}

/** Empty parameters are left out. */
export function urlOf(path: string, parameters: readonly Parameter[], valueOf: (name: string) => string): string {
  const given = parameters.map((parameter) => [parameter, valueOf(parameter.name).trim()] as const).filter(([, value]) => value !== '');
  const filled = given
    .filter(([one]) => one.in === 'path')
    .reduce((url, [{ name }, value]) => url.replace(`{${name}}`, encodeURIComponent(value)), path);
  const query = new URLSearchParams(given.filter(([one]) => one.in === 'query').map(([{ name }, value]) => [name, value]));
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}
