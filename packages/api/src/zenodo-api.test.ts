import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zenodoPageParts } from '../test/zenodo-page.ts';

const folder = join(import.meta.dirname, '../../../docs');
const lines = readFileSync(join(folder, 'zenodo-api.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Zenodo |'));

test.each(lines)('%s', (line) => {
  const [verdict] = line
    .split('|')
    .slice(2)
    .map((cell) => cell.trim());
  expect(['same', 'better', 'part', 'no', 'differs', 'null because']).toContain(verdict);
  const [, path, name] = /\]\(([^)]+\.test\.ts)\) “([^”]+)” \|$/.exec(line) ?? [];
  expect(readFileSync(join(folder, path ?? ''), 'utf8')).toContain(name);
});

test('the table is there', () => {
  expect(lines.length).toBeGreaterThan(50);
});

test('the tables are those that the tests check (npm run docs:zenodo writes them again)', () => {
  for (const text of Object.values(zenodoPageParts())) expect(readFileSync(join(folder, 'zenodo-api.md'), 'utf8')).toContain(text);
});
