import locales from '@manuscripts/csl-locales' with { type: 'json' };
import { ApiProblem } from '../problems/problem.ts';

/** An element as the package has it: XML in JSON. */
interface Element {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const all = locales as unknown as Readonly<Record<string, Element>>;

/** The name of a locale in its own spelling: `de` and `DE-de` are `de-DE`. Throws an `ApiProblem`. */
export function localeName(wanted: string): string {
  const lower = wanted.toLowerCase();
  const names = Object.keys(all);
  // The country of the language's own name comes first: pt-PT before pt-BR.
  const found =
    names.find((name) => name.toLowerCase() === lower) ??
    (lower === 'en' ? 'en-US' : names.find((name) => name.toLowerCase() === `${lower}-${lower}`)) ??
    names.find((name) => name.toLowerCase().startsWith(`${lower}-`));
  if (found !== undefined) return found;
  throw new ApiProblem(
    400,
    'wrong-parameter',
    `there is no locale '${wanted}' for citations: use one such as ${names.filter((name) => /^(?:de-DE|en-US|es-ES|fr-FR)$/.test(name)).join(', ')}`,
    {
      parameter: 'locale',
    },
  );
}

/** The XML of a locale, null if there is none. */
export function readLocale(name: string): string | null {
  return Object.hasOwn(all, name) ? toXml(all[name]!) : null;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function toXml(node: Element | string): string {
  if (typeof node === 'string') return escape(node);
  const attributes = Object.entries(node.attrs).map(([name, value]) => ` ${name}="${escape(value)}"`);
  return `<${node.name}${attributes.join('')}>${node.children.map(toXml).join('')}</${node.name}>`;
}
