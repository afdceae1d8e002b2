import { expect, test } from 'vitest';
import { resource } from '../../test/genuine.ts';

const described = (inner: string): string[] =>
  resource(`<descriptions><description descriptionType="Abstract">${inner}</description></descriptions>`).metadata.descriptions.map(
    (each) => each.description,
  );

test.each([
  ['first line<br/>second line<br />third', 'first line\nsecond line\nthird'],
  ['first<br/>\nsecond', 'first\n\nsecond'],
  ['water is H<sub>2</sub>O, <i>not</i> H', 'water is H2O, not H'],
  ['before<p>a paragraph</p>after', 'before\na paragraph\nafter'],
  ['<p>one</p><p>two</p>', 'one\ntwo'],
  ['\n  <p>one</p>\n  <p>two<br/>three</p>\n', 'one\ntwo\nthree'],
  ['plain &lt;b&gt; text', 'plain <b> text'],
])('elements in a description keep their place: %s', (inner, text) => {
  expect(described(inner)).toEqual([text]);
});
