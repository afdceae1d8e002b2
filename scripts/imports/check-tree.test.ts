import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkTree } from './check-tree.ts';
import { importsIn } from './read-source.ts';

/** Writes a repository of the given files and returns its breaches as `file:line rule`. */
function breachesOf(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'imports-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkTree(root).map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

const manifest = (...dependencies: string[]): string =>
  JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, '1.0.0'])) });
const dev = (...names: string[]): string => JSON.stringify({ devDependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) });

test('a tree that keeps the rules has no breaches', () => {
  const files = {
    'package.json': dev('vitest', 'pg'),
    'packages/store/package.json': manifest('@thresher/datacite', 'pg'),
    'packages/store/src/records.ts': `import type { RecordMetadata } from '@thresher/datacite'\nimport pg from 'pg'\nimport { readFile } from 'node:fs/promises'\nexport { a } from './a.ts'\n`,
    'packages/store/src/a.pg.test.ts': `import { test } from 'vitest'\nimport { createRepository } from '@thresher/oai-sim'\nprocess.env.DATABASE_URL\n`,
    'packages/pipeline/package.json': manifest('@thresher/store'),
    'packages/pipeline/bin/harvester.ts': `import { createDb } from '@thresher/store'\nimport { x } from '../src/x.ts'\nprocess.env.X\n`,
    'scripts/test.ts': `import pg from 'pg'\nimport { readConfig } from '@thresher/runtime'\nprocess.env.X\n`,
    'vitest.config.ts': 'export default {}\n',
  };
  expect(breachesOf(files)).toEqual([]);
});

test('the import table holds', () => {
  const files = {
    'packages/oai/package.json': manifest('@thresher/store'),
    'packages/oai/src/a.ts': `import { createDb } from '@thresher/store'\n`,
    'packages/web/package.json': manifest('@thresher/api'),
    'packages/web/src/a.ts': `import { buildApi } from '@thresher/api'\n`,
    'packages/extra/package.json': '{}',
  };
  expect(breachesOf(files)).toEqual([
    'packages/oai/src/a.ts:1 oai may not import store',
    'packages/web/src/a.ts:1 web may only import types from api: import type',
    'packages/extra/package.json:1 the package is not in the import table',
  ]);
});

test('store and search take only types from datacite', () => {
  const files = {
    'packages/search/package.json': manifest('@thresher/datacite'),
    'packages/search/src/a.ts': `import type { A } from '@thresher/datacite'\nimport {\n  normalizeDoi,\n} from '@thresher/datacite'\nexport { b } from '@thresher/datacite'\nexport type { C } from '@thresher/datacite'\n`,
  };
  const rule = 'search may only import types from datacite: import type';
  expect(breachesOf(files)).toEqual([`packages/search/src/a.ts:2 ${rule}`, `packages/search/src/a.ts:5 ${rule}`]);
});

test('an import must be among the dependencies of the package itself', () => {
  const files = {
    'package.json': dev('vitest', 'left'),
    'packages/api/package.json': manifest('fastify'),
    'packages/api/src/a.ts': `import { Pool } from 'pg'\nimport x from 'fastify/lib/x'\nimport left from 'left'\nimport { a } from '@thresher/store'\nconst b = await import('ioredis')\n`,
    'packages/api/src/a.test.ts': `import { test } from 'vitest'\nimport sickle from 'sickle'\n`,
    'scripts/a.ts': `import { Pool } from 'pg'\n`,
  };
  expect(breachesOf(files)).toEqual([
    'packages/api/src/a.test.ts:2 sickle is not among the dependencies of api',
    'packages/api/src/a.ts:1 pg is not among the dependencies of api',
    'packages/api/src/a.ts:3 left is not among the dependencies of api',
    'packages/api/src/a.ts:4 @thresher/store is not among the dependencies of api',
    'packages/api/src/a.ts:5 ioredis is not among the dependencies of api',
    'scripts/a.ts:1 pg is not among the dependencies of the root',
  ]);
});

test('relative imports stay in the package, and node modules carry their prefix', () => {
  const files = {
    'packages/oai/package.json': '{}',
    'packages/oai/src/a.ts': `import '../../store/src/b.ts'\nimport { join } from 'path'\n`,
    'packages/oai/src/deep/b.ts': `import { a } from '../a.ts'\n`,
  };
  expect(breachesOf(files)).toEqual([
    'packages/oai/src/a.ts:1 ../../store/src/b.ts leaves the package',
    'packages/oai/src/a.ts:2 write node:path',
  ]);
});

test('folders of a package lean on each other in one direction only, except tests', () => {
  const files = {
    'packages/store/package.json': '{}',
    'packages/store/src/index.ts': `export { a } from './read/a.ts'\n`,
    'packages/store/src/read/a.ts': `import { b } from '../write/b.ts'\nimport { c } from './c.ts'\nimport { s } from '../s.ts'\n`,
    'packages/store/src/write/b.ts': `import type { C } from '../read/c.ts'\n`,
    'packages/store/src/write/b.test.ts': `import { a } from '../read/a.ts'\n`,
    'packages/store/src/other/d.ts': `import { a } from '../read/a.ts'\n`,
    'packages/store/src/read/e.ts': `import { sample } from '../../test/sample.ts'\n`,
    'packages/store/test/sample.ts': `import { a } from '../src/read/a.ts'\n`,
  };
  expect(breachesOf(files)).toEqual([
    'packages/store/src/read/e.ts:1 ../../test/sample.ts is for tests',
    'packages/store/src/write/b.ts:1 write may not import read',
  ]);
});

test('no files import each other in a circle, not even for types', () => {
  const files = {
    'packages/oai/package.json': '{}',
    'packages/oai/src/a.ts': `import { x } from './x.ts'\nimport type { B } from './b.ts'\n`,
    'packages/oai/src/b.ts': `import { c } from './deep/c.ts'\n`,
    'packages/oai/src/deep/c.ts': `export { a } from '../a.ts'\nimport { x } from '../x.ts'\n`,
    'packages/oai/src/x.ts': `import { join } from 'node:path'\nimport './missing.ts'\n`,
    'packages/oai/src/y.ts': `export type { Y } from './y.ts'\nimport { a } from './a.ts'\n`,
  };
  expect(breachesOf(files)).toEqual([
    'packages/oai/src/a.ts:2 these files import each other in a circle: packages/oai/src/a.ts, packages/oai/src/b.ts, packages/oai/src/deep/c.ts',
    'packages/oai/src/y.ts:1 these files import each other in a circle: packages/oai/src/y.ts',
  ]);
});

test('the environment is read in bin and scripts only, and nothing is exported as default', () => {
  const files = {
    'packages/oai/package.json': '{}',
    'packages/oai/src/a.ts': `// process.env is for bins\nconst text = 'process.env'\nexport const b = process.env['X']\nexport default b\n`,
    'packages/oai/bin/oai.ts': 'process.env.X\nexport default 1\n',
  };
  expect(breachesOf(files)).toEqual([
    'packages/oai/bin/oai.ts:2 no default exports',
    'packages/oai/src/a.ts:3 process.env is read in bin/ and scripts/ only',
    'packages/oai/src/a.ts:4 no default exports',
  ]);
});

test('SQL is written in the store only', () => {
  const files = {
    'packages/cli/package.json': '{}',
    'packages/cli/src/a.ts': `await db.query('select 1')\nawait db.query(\`select \${one}\`)\nconst rows = sql\`select 1\`\nkind.query(text)\n`,
    'packages/cli/src/a.test.ts': `await db.query('select 1')\n`,
    'packages/store/src/a.ts': `await db.query('select 1')\n`,
  };
  const rule = 'SQL is in packages/store only';
  expect(breachesOf(files)).toEqual([1, 2, 3].map((line) => `packages/cli/src/a.ts:${line} ${rule}`));
});

test('imports in comments and texts are none; those over several lines are found where they begin', () => {
  const source = `const t = \`\nimport z from 'z'\n\`\n/* import a from 'a' */\n// import b from 'b'\nconst c = "import d from 'd'"\n\nimport type {\n  E,\n} from 'e'\nimport * as f from 'f'\nimport 'g'\nexport * from 'h'\n`;
  expect(importsIn(source)).toEqual([
    { specifier: 'e', typeOnly: true, line: 8 },
    { specifier: 'f', typeOnly: false, line: 11 },
    { specifier: 'g', typeOnly: false, line: 12 },
    { specifier: 'h', typeOnly: false, line: 13 },
  ]);
});
