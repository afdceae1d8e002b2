import { expect, test } from 'vitest';
import { urlOf } from './docs-try.ts';

const parameters = [
  { name: 'id', in: 'path', schema: {} },
  { name: 'q', in: 'query', schema: {} },
  { name: 'page', in: 'query', schema: {} },
] as const;
const url = (values: Record<string, string>): string => urlOf('/api/records/{id}/export', parameters, (name) => values[name] ?? '');

test('parameters go where they belong, and empty ones nowhere', () => {
  expect(url({ id: '10.5281/zenodo.1', q: 'a & b', page: ' ' })).toBe('/api/records/10.5281%2Fzenodo.1/export?q=a+%26+b');
  expect(url({ id: '1' })).toBe('/api/records/1/export');
});
