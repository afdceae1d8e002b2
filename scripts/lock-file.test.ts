import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockFile = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

// A release may reach a registry before the packages for all its platforms do. npm then writes a lock file without
// them, with which `npm i` continues working and `npm ci` in a fresh clone fails.
test('packages that must be installed have all their platform packages in the lock file', () => {
  const missing = Object.entries(lockFile.packages)
    .filter(([, entry]) => entry.optional !== true)
    .flatMap(([path, entry]) => Object.keys(entry.optionalDependencies ?? {}).map((name) => [path, name] as const))
    .filter(([path, name]) =>
      [`node_modules/${name}`, `${path}/node_modules/${name}`].every((place) => lockFile.packages[place] === undefined),
    );
  expect(missing).toEqual([]);
});
