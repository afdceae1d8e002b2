import { expect, test } from 'vitest';
import type { MappingIssue } from '../record.ts';
import { toResourceType } from './resource-types.ts';

test.each([
  ['Text', null, 'publication', null],
  ['JournalArticle', null, 'publication', 'article'],
  ['Text', 'Journal article', 'publication', 'article'],
  ['BookChapter', null, 'publication', 'section'],
  ['Text', 'Book section', 'publication', 'section'],
  ['Dissertation', null, 'publication', 'dissertation'],
  ['Text', 'Thesis', 'publication', 'dissertation'],
  ['Dissertation', 'Thesis', 'publication', 'dissertation'],
  ['Text', 'Project deliverable', 'publication', 'deliverable'],
  ['Report', null, 'publication', 'report'],
  ['Text', 'Report', 'publication', 'report'],
  ['Text', 'Taxonomic treatment', 'publication', 'taxonomictreatment'],
  ['Text', 'Other', 'publication', 'other'],
  ['StudyRegistration', null, 'publication', 'studyregistration'],
  ['OutputManagementPlan', null, 'publication', 'datamanagementplan'],
  ['Collection', null, 'publication', 'annotationcollection'],
  ['Text', 'Poster', 'poster', null],
  ['Poster', null, 'poster', null],
  ['Presentation', null, 'presentation', null],
  ['Image', 'Photo', 'image', 'photo'],
  ['Image', null, 'image', null],
  ['Audiovisual', null, 'video', null],
  ['Sound', null, 'audio', null],
  ['ComputationalNotebook', null, 'software', 'computationalnotebook'],
  ['InteractiveResource', 'Interactive resource', 'lesson', null],
  ['InteractiveResource', null, 'lesson', null],
  ['PhysicalObject', null, 'physicalobject', null],
  ['Other', null, 'other', null],
])('%s/%s is %s/%s', (general, text, type, subtype) => {
  const issues: MappingIssue[] = [];
  expect(toResourceType(general, text, issues)).toEqual({ general, text, type, subtype });
  expect(issues).toEqual([]);
});

test.each([
  ['Text', 'Limerick', 'publication', null],
  ['Image', 'Hologram', 'image', null],
  ['Dataset', 'Environmental data', 'dataset', null],
  ['Project', 'Collaboration', 'other', null],
  ['Hologram', null, 'other', null],
  ['toString', 'constructor', 'other', null],
  [null, 'Working paper', 'publication', 'workingpaper'],
])('%s/%s is unknown and falls back to %s/%s', (general, text, type, subtype) => {
  const issues: MappingIssue[] = [];
  expect(toResourceType(general, text, issues)).toEqual({ general, text, type, subtype });
  expect(issues).toEqual([
    { code: 'resource-type-unknown', path: 'resourceType', value: `${general ?? ''}/${text ?? ''}`, severity: 'info' },
  ]);
});
