import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { importsIn, linesWith, type Import } from './read-source.ts';
import { IMPORT_TABLE, ROOMS, TEST_PACKAGES } from './rules.ts';

/** A file that breaks a rule. */
export interface Breach {
  /** From the root of the repository, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** The parts of a package.json that count here. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The root's package.json and the one of the package that owns the file, if any. */
export interface Manifests {
  readonly root: Manifest;
  readonly own: Manifest;
}

const SCOPE = '@thresher/';

/** The breaches of one source file. `file` is its path from the root; the rules are those of ARCHITECTURE.md. */
export function checkFile(file: string, source: string, manifests: Manifests): Breach[] {
  const owner = /^packages\/([^/]+)\//.exec(file)?.[1];
  const imports = importsIn(source).flatMap((one) =>
    importBreaches(file, owner, one, manifests).map((rule) => ({ file, line: one.line, rule })),
  );
  return [...imports, ...codeBreaches(file, owner, source)];
}

/** Tests and what is made for them. */
function isTest(file: string): boolean {
  return /\.test\.tsx?$|\/testing\.ts$|(^|\/)(test|testing)\//.test(file);
}

function importBreaches(file: string, owner: string | undefined, one: Import, manifests: Manifests): string[] {
  const { specifier } = one;
  if (specifier.startsWith('.')) return relativeBreaches(file, owner, specifier);
  if (specifier.startsWith('node:')) return [];
  if (builtinModules.includes(specifier)) return [`write node:${specifier}`];
  if (specifier.startsWith(SCOPE)) return workspaceBreaches(file, owner, one, manifests);
  const name = packageOf(specifier);
  return declared(name, file, manifests) ? [] : [`${name} is not among the dependencies of ${owner ?? 'the root'}`];
}

function relativeBreaches(file: string, owner: string | undefined, specifier: string): string[] {
  const target = posix.join(posix.dirname(file), specifier);
  if (owner !== undefined && !target.startsWith(`packages/${owner}/`)) return [`${specifier} leaves the package`];
  if (target.startsWith('../')) return [`${specifier} leaves the repository`];
  if (owner === undefined || isTest(file)) return [];
  if (isTest(target)) return [`${specifier} is for tests`];
  return roomBreaches(ROOMS[owner] ?? {}, roomOf(file), roomOf(target));
}

/** The folder of `src` that a file lies in; null for `src` itself and what is next to it. */
function roomOf(file: string): string | null {
  return /^packages\/[^/]+\/src\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function roomBreaches(rooms: (typeof ROOMS)[string], from: string | null, to: string | null): string[] {
  if (from === null || to === null || from === to) return [];
  const allowed = rooms[from];
  return allowed === undefined || allowed.includes(to) ? [] : [`${from} may not import ${to}`];
}

function workspaceBreaches(file: string, owner: string | undefined, one: Import, manifests: Manifests): string[] {
  // Scripts and end-to-end tests put everything together, and npm links every workspace for them.
  if (owner === undefined) return [];
  const name = packageOf(one.specifier);
  const target = name.slice(SCOPE.length);
  if (target === owner) return [`a package does not import itself by name`];
  if (isTest(file) && TEST_PACKAGES.includes(target)) return [];
  const rule = IMPORT_TABLE[owner];
  if (rule === undefined) return [`${owner} is not in the import table`];
  if (!rule.packages.includes(target) && !rule.types.includes(target)) return [`${owner} may not import ${target}`];
  const isFree = rule.packages.includes(target) || rule.modules?.includes(one.specifier) === true;
  if (!isFree && !one.typeOnly && !isTest(file)) return [`${owner} may only import types from ${target}: import type`];
  return declared(name, file, manifests) ? [] : [`${name} is not among the dependencies of ${owner}`];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function declared(name: string, file: string, { root, own }: Manifests): boolean {
  const inRoot = [root.dependencies, root.devDependencies, root.optionalDependencies];
  const inOwn = [own.dependencies, own.optionalDependencies, own.peerDependencies];
  const allowed = file.startsWith('packages/') ? (isTest(file) ? [...inOwn, own.devDependencies, ...inRoot] : inOwn) : inRoot;
  return allowed.some((group) => group?.[name] !== undefined);
}

function codeBreaches(file: string, owner: string | undefined, source: string): Breach[] {
  const breaches: Breach[] = [];
  const readsEnvironment = owner === undefined || /^packages\/[^/]+\/bin\//.test(file) || isTest(file);
  if (!readsEnvironment) {
    for (const line of linesWith(source, /\bprocess\s*\.\s*env\b/))
      breaches.push({ file, line, rule: 'process.env is read in bin/ and scripts/ only' });
  }
  if (owner !== undefined && owner !== 'store' && !isTest(file)) {
    for (const line of linesWith(source, /\.query\(\s*(?:''|(?: ){4,})|\bsql(?:<[^>]*>)? {4,}/))
      breaches.push({ file, line, rule: 'SQL is in packages/store only' });
  }
  // Vitest, Vite and their like load a default export.
  if (!file.endsWith('.config.ts')) {
    for (const line of linesWith(source, /^\s*export\s+default\b|\bas\s+default\b/))
      breaches.push({ file, line, rule: 'no default exports' });
  }
  return breaches;
}
