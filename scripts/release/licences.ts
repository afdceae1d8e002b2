import type { SbomComponent } from './sbom.ts';

/** SPDX identifiers and expressions of dependencies that may be published with or needed by MIT-licensed code, without conditions on it. */
export const ALLOWED_LICENCES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
];

/** Dependencies whose licence is allowed for them alone, and why. */
export const ALLOWED_PACKAGES: Readonly<Record<string, { readonly licence: string; readonly reason: string }>> = {
  '@citeproc-rs/wasm': { licence: 'MPL-2.0', reason: 'used as it is; the licence asks for its own files only' },
  '@manuscripts/csl-locales': { licence: 'CC-BY-SA-3.0', reason: 'data of the Citation Style Language, read and not changed' },
  '@manuscripts/csl-styles': { licence: 'CC-BY-SA-3.0', reason: 'data of the Citation Style Language, read and not changed' },
};

/** The licence of a part as one text; null if the bill has none. */
export function licenceOf({ licenses = [] }: Pick<SbomComponent, 'licenses'>): string | null {
  const texts = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '?');
  return texts.length === 0 ? null : texts.join(' AND ');
}

/** Parts whose licence is not allowed or not known, one sentence each, and exceptions that nothing needs any more. Pure. */
export function licenceFaults(components: readonly SbomComponent[]): string[] {
  const wrong = components.flatMap((component) => {
    const licence = licenceOf(component);
    const isAllowed = licence !== null && (ALLOWED_LICENCES.includes(licence) || ALLOWED_PACKAGES[component.name]?.licence === licence);
    return isAllowed
      ? []
      : [
          `${component.name} ${component.version} has the licence ${licence ?? 'unknown'}: read it, and add it to scripts/release/licences.ts or replace the package`,
        ];
  });
  const names = new Set(components.map(({ name }) => name));
  const unused = Object.keys(ALLOWED_PACKAGES).filter((name) => !names.has(name));
  return [...wrong, ...unused.map((name) => `scripts/release/licences.ts allows ${name}, which is not a dependency`)];
}
