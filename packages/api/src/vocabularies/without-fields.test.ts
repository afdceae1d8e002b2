import { expect, test } from 'vitest';
import { fieldWarnings } from './without-fields.ts';

test.each([
  ['funders', 'acronym:EC', ['acronym']],
  ['funders', 'country:BE AND name:commission', ['country']],
  ['funders', 'acronym:EC OR acronym:SNSF', ['acronym']],
  ['affiliations', 'location_name:"Geneva"', ['location_name']],
  ['affiliations', 'types:funder status:active', ['types', 'status']],
  ['awards', 'program:HORIZON', ['program']],
])('%s, %s: not searched', (vocabulary, q, fields) => {
  const warnings = fieldWarnings(vocabulary, q);
  expect(warnings.map(({ detail }) => detail.split(':')[0])).toEqual(fields);
  for (const { parameter, detail } of warnings) expect([parameter, detail]).toEqual(['q', expect.stringMatching(/look(ed)? for/)]);
});

test.each([
  ['funders', 'name:commission'],
  ['funders', 'https://ror.org/00k4n6c32'],
  ['funders', 'the country of origin'],
  ['awards', 'acronym:MUDLARK'],
  ['awards', 'funder.id:00k4n6c32'],
  ['licenses', 'country:x'],
])('%s, %s: no warning', (vocabulary, q) => {
  expect(fieldWarnings(vocabulary, q)).toEqual([]);
});
