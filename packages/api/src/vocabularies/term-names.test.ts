import { expect, test } from 'vitest';
import { namesOfTerm } from './term-names.ts';

test.each([
  ['funders', '00k4n6c32', '10.13039/501100000780'],
  ['funders', 'https://ror.org/00k4n6c32', '00k4n6c32'],
  ['funders', 'https://doi.org/10.13039/501100000780', '00k4n6c32'],
  ['awards', '10.13039/501100000780::101', '00k4n6c32::101'],
  ['awards', '00k4n6c32::101', '10.13039/501100000780::101'],
  ['names', 'https://orcid.org/0000-0002-1825-0097', '0000-0002-1825-0097'],
  ['affiliations', 'https://ror.org/01ggx4157', '01ggx4157'],
  ['licenses', 'CC-BY-4.0', 'cc-by-4.0'],
  ['awards', 'a number alone', 'a number alone'],
])('a term of %s by the name %s may be %s here', (vocabulary, id, name) => {
  expect(namesOfTerm(vocabulary, id)).toContain(name);
  expect(namesOfTerm(vocabulary, id)[0]).toBe(id);
});
