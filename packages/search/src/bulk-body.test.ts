import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutByBytes, encodeOperation } from './bulk-body.ts';
import { classifyItem } from './bulk-verdict.ts';
import { writeOf } from '../test/sample-documents.ts';

test('an operation is the lines that Elasticsearch reads', () => {
  const { lines, bytes } = encodeOperation(writeOf(1, { title: 'Ünï' }, 5));
  const [action, document, end] = lines.split('\n');
  expect(JSON.parse(action!)).toEqual({ index: { _id: '1:oai:example.org:1', version: 5, version_type: 'external_gte' } });
  expect(JSON.parse(document!)).toMatchObject({ title: 'Ünï' });
  expect(end).toBe('');
  expect(bytes).toBe(Buffer.byteLength(lines));
  expect(encodeOperation({ delete: 'x', version: 6 }).lines).toBe('{"delete":{"_id":"x","version":6,"version_type":"external_gte"}}\n');
});

test('bodies keep the order, lose nothing, and are within the limit unless a single item is not', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 100 }), (all, maxBytes) => {
      const items = all.map((bytes, at) => ({ id: String(at), kind: 'index' as const, lines: '', bytes }));
      const bodies = cutByBytes(items, maxBytes);
      expect(bodies.flat()).toEqual(items);
      for (const body of bodies) {
        const total = body.reduce((sum, item) => sum + item.bytes, 0);
        expect(body.length).toBeGreaterThan(0);
        expect(total <= maxBytes || body.length === 1).toBe(true);
      }
    }),
  );
});

describe('the verdict on one item', () => {
  const index = { id: 'a', kind: 'index', lines: '', bytes: 0 } as const;
  const deletion = { ...index, kind: 'delete' } as const;
  const error = { type: 'some_exception', reason: 'why', caused_by: { type: 'x', reason: 'the value' } };
  const answer = (status: number, given = {}) => ({ _index: 'i', _id: 'a', status, ...given });
  test.each([
    [index, answer(200), { kind: 'indexed' }],
    [index, answer(201), { kind: 'indexed' }],
    [deletion, answer(200), { kind: 'deleted' }],
    [deletion, answer(404), { kind: 'deleted' }],
    [index, answer(409, { error }), { kind: 'stale' }],
    [deletion, answer(404, { error: { type: 'index_not_found_exception', reason: 'no' } }), { kind: 'index-missing' }],
    [index, answer(404, { error: { type: 'index_not_found_exception', reason: 'no' } }), { kind: 'index-missing' }],
    [
      index,
      answer(400, { error }),
      { kind: 'failed', failure: { id: 'a', status: 400, reason: 'some_exception: why: the value', cause: 'document' } },
    ],
    [index, answer(429), { kind: 'failed', failure: { id: 'a', status: 429, reason: 'no reason given', cause: 'busy' } }],
    [index, answer(503), { kind: 'failed', failure: { id: 'a', status: 503, reason: 'no reason given', cause: 'busy' } }],
    [index, undefined, { kind: 'failed', failure: { id: 'a', status: 500, reason: 'no answer for this item', cause: 'busy' } }],
  ])('%o %o', (sent, got, verdict) => {
    expect(classifyItem(sent, got)).toEqual(verdict);
  });
});
