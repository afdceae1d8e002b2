import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { requestSnippets } from './request-snippets.ts';

const url = `http://127.0.0.1:8080/api/records?q=it's+"$HOME"+%60id%60\\n`;

test('a shell and JavaScript read the address as it is, whatever signs it has', () => {
  const [curl, , , javascript] = requestSnippets(url).map(({ code }) => code);
  expect(execFileSync('sh', ['-c', curl!.replace(/^curl /, 'printf %s ')], { encoding: 'utf8' })).toBe(url);
  const asked = javascript!.split('\n')[0]!.replace('const reply = await fetch(', 'process.stdout.write(');
  expect(execFileSync(process.execPath, ['-e', asked], { encoding: 'utf8' })).toBe(url);
});

test('each language has the address once', () => {
  const plain = 'http://127.0.0.1:8080/api/records?q=a+b&size=5';
  const snippets = requestSnippets(plain);
  expect(snippets.map(({ label }) => label)).toEqual(['curl', 'Python', 'R', 'JavaScript']);
  for (const { code } of snippets) expect(code.split(plain)).toHaveLength(2);
});
