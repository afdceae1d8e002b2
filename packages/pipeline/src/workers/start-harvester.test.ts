import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The packages that loading these modules loads. */
function packagesBehind(...modules: readonly string[]): string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      const name = /(?:.*\\/node_modules\\/|\\/packages\\/)((?:@[^/]+\\/)?[^/]+)/.exec(found.url)?.[1];
      if (name !== undefined) seen.add(name);
      return found;
    } });
    for (const module of ${JSON.stringify(modules.map((module) => join(import.meta.dirname, module)))}) await import(module);
    console.log(JSON.stringify([...seen].sort()));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })) as string[];
}

test('a process that walks loads neither the mapping nor the client of Elasticsearch', { timeout: 120_000 }, () => {
  const loaded = packagesBehind('start-harvester.ts', 'resources.ts');
  expect(loaded).toEqual(expect.arrayContaining(['oai', 'store', 'search', 'undici', 'pg', 'bullmq']));
  expect(loaded).not.toContain('datacite');
  expect(loaded.filter((name) => name.startsWith('@elastic/'))).toEqual([]);
  expect(packagesBehind('../transform/transform.ts')).toContain('datacite');
});
