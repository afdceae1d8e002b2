import { expect, test } from 'vitest';
import { changedPaths } from './changed-paths.ts';
import { issuesHash, metadataHash, type RecordContent } from './metadata-hash.ts';
import { emptyMetadata, richMetadata } from '../../test/sample-record.ts';

const content: RecordContent = { deleted: false, setSpecs: ['a', 'b'], metadata: richMetadata };

test.each<[string, RecordContent]>([
  [
    'fields in another order',
    { ...content, metadata: Object.fromEntries(Object.entries(richMetadata).reverse()) as unknown as typeof richMetadata },
  ],
  [
    'a field the mapping did not have before, empty',
    { ...content, metadata: { ...richMetadata, files: [], licence: null } as typeof richMetadata },
  ],
  ['sets in another order', { ...content, setSpecs: ['b', 'a', 'b'] }],
  ['communities in another order', { ...content, metadata: { ...richMetadata, communities: [...richMetadata.communities].reverse() } }],
])('%s: the same content', (_, other) => {
  expect(metadataHash(other)).toBe(metadataHash(content));
  expect(changedPaths(content, other)).toEqual([]);
});

test.each<[string, RecordContent, string[]]>([
  ['another title', { ...content, metadata: { ...richMetadata, title: 'Ebb' } }, ['title']],
  ['another description', { ...content, metadata: { ...richMetadata, description: 'Ebb' } }, ['description']],
  ['a set more', { ...content, setSpecs: ['a', 'b', 'c'] }, ['setSpecs']],
  ['deletion', { ...content, deleted: true, metadata: null }, ['deleted', 'metadata']],
  ['deletion of what had no metadata', { deleted: true, setSpecs: ['a', 'b'], metadata: null }, ['deleted', 'metadata']],
  ['a creator less', { ...content, metadata: { ...richMetadata, creators: richMetadata.creators.slice(1) } }, ['creators']],
  [
    'subjects swapped',
    { ...content, metadata: { ...richMetadata, subjects: [...richMetadata.subjects].reverse() } },
    [0, 1].flatMap((n) =>
      ['classificationCode', 'lang', 'schemeUri', 'subject', 'subjectScheme', 'valueUri'].map((name) => `subjects/${n}/${name}`),
    ),
  ],
  [
    'an affiliation renamed',
    {
      ...content,
      metadata: {
        ...richMetadata,
        creators: richMetadata.creators.map((it) => ({ ...it, affiliations: it.affiliations.map((a) => ({ ...a, name: 'X' })) })),
      },
    },
    ['creators/0/affiliations/0/name', 'creators/0/affiliations/1/name'],
  ],
])('%s: other content, and the paths say where', (_, other, paths) => {
  expect(metadataHash(other)).not.toBe(metadataHash(content));
  expect(changedPaths(content, other)).toEqual(paths);
});

test('a value moved to another field is other content', () => {
  const a = metadataHash({ ...content, metadata: { ...emptyMetadata, title: 'x' } });
  const b = metadataHash({ ...content, metadata: { ...emptyMetadata, version: 'x' } });
  expect(a).not.toBe(b);
});

test('too many paths shrink to the names of the properties', () => {
  const long = Array.from({ length: 60 }, (_, n) => `a${n}`);
  const paths = changedPaths(
    { ...content, metadata: { ...richMetadata, sizes: long } },
    { ...content, metadata: { ...richMetadata, title: 'y', sizes: long.map((it) => `${it}b`) } },
  );
  expect(paths).toEqual(['sizes', 'title']);
});

test('no issues have no hash', () => {
  expect(issuesHash([])).toBeNull();
  expect(issuesHash([{ code: 'a', path: '', value: null, severity: 'info' }])).toMatch(/^[0-9a-f]{64}$/);
});
