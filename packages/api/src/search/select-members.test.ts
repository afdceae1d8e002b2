import { expect, test } from 'vitest';
import { selectMembers } from './select-members.ts';

const record = {
  id: 7,
  metadata: { title: 'a', resource_type: { type: 'dataset', title: 'Dataset' }, keywords: ['x'] },
  links: { self: 's' },
  none: null,
};

test.each([
  [['id'], { id: 7 }],
  [['id', 'metadata.title'], { id: 7, metadata: { title: 'a' } }],
  [['metadata.resource_type.type', 'metadata.title'], { metadata: { resource_type: { type: 'dataset' }, title: 'a' } }],
  [['metadata', 'metadata.title'], { metadata: record.metadata }],
  [['metadata.keywords'], { metadata: { keywords: ['x'] } }],
  [['none.x'], { none: null }],
  [['nothing', 'metadata.nothing', '', '__proto__', 'constructor'], { metadata: {} }],
])('%o', (paths, expected) => {
  expect(selectMembers(record, paths)).toEqual(expected);
});
