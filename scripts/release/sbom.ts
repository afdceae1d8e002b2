import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A part of a CycloneDX document, as far as it is looked at here. */
export interface SbomComponent {
  readonly name: string;
  readonly version: string;
  readonly 'bom-ref'?: string;
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly licenses?: readonly { readonly license?: { readonly id?: string; readonly name?: string }; readonly expression?: string }[];
}

/** A software bill of materials (CycloneDX). */
export interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * Makes the bill of what a folder depends on without development dependencies, by npm.
 *
 * @param lockFileOnly from package-lock.json, whatever is installed
 */
export async function makeSbom(folder: string, lockFileOnly: boolean): Promise<Sbom> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const { stdout } = await run('npm', lockFileOnly ? [...args, '--package-lock-only'] : args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return withoutDevelopment(JSON.parse(stdout) as Sbom);
}

/**
 * Leaves out what only development needs. `npm sbom --omit dev` of npm 11.19 leaves out too much: each development dependency of the
 * root, even if a workspace needs it to run (76 of 232 here, pg and kysely among them). Pure.
 */
export function withoutDevelopment<T extends Sbom>(sbom: T): T {
  const isOfDevelopment = ({ properties = [] }: SbomComponent): boolean =>
    properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
  const components = sbom.components.filter((component) => !isOfDevelopment(component));
  const gone = new Set(sbom.components.filter(isOfDevelopment).map((component) => component['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => !gone.has(ref))
    .map((it) => (it.dependsOn === undefined ? it : { ...it, dependsOn: it.dependsOn.filter((ref) => !gone.has(ref)) }));
  return { ...sbom, components, dependencies };
}

/** The entries of package-lock.json, as far as they are looked at here. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean; readonly link?: boolean }>>;
}

/** What is wrong with a bill: not CycloneDX, a part without its address, or one of the lock file that is not in it. Pure. */
export function sbomFaults(sbom: Sbom, lock: Lock): string[] {
  const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
  const missing = Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.dev)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`)
    .filter((name) => !listed.has(name));
  return [
    ...(sbom.bomFormat === 'CycloneDX' && /^1\.\d$/.test(sbom.specVersion) ? [] : ['the bill of materials is no CycloneDX 1.x']),
    ...sbom.components
      .filter(({ purl }) => !purl?.startsWith('pkg:npm/'))
      .map(({ name }) => `${name} has no package URL in the bill of materials`),
    ...[...new Set(missing)].map((name) => `${name} is in the lock file and not in the bill of materials`),
  ];
}
