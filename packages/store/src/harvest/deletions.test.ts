import { expect, test } from 'vitest';
import { classifyDeletion } from './deletions.ts';

const row = {
  recordId: '7',
  doi: '10.5281/ZENODO.7',
  parentId: null,
  parentDoi: null,
  removalNote: null,
  removalReason: 'spam',
  removalDate: '2026-05-01',
  removedBy: new Date('2026-05-02T00:00:00Z'),
  citationText: null,
};
const stored = { identifier: 'oai:zenodo.org:7', doi: '10.5281/zenodo.7', datestamp: new Date('2026-05-01T18:00:00Z'), deleted: false };

test.each([
  ['a change on the day of the removal was before it', row, stored, 'confirmed'],
  ['a change after that day was a return', row, { ...stored, datestamp: new Date('2026-05-02T00:00:01Z') }, 'newer'],
  ['an instant is taken to the second', { ...row, removedBy: new Date('2026-05-01T12:00:00Z') }, stored, 'newer'],
  ['no readable date: gone whatever the datestamp', { ...row, removedBy: null }, stored, 'confirmed'],
  ['another DOI is another record', { ...row, doi: '10.5281/zenodo.8' }, stored, 'unknown'],
  ['without a DOI the number decides', { ...row, doi: null }, stored, 'confirmed'],
  ['a tombstone already', row, { ...stored, deleted: true }, 'deleted'],
  ['not stored', row, undefined, 'unknown'],
])('%s', (_, given, known, verdict) => expect(classifyDeletion(given, known).verdict).toBe(verdict));
