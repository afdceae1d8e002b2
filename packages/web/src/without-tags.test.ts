import { expect, test } from 'vitest';
import { withoutTags } from './without-tags.ts';

test.each([
  ['<p>One</p><p>two</p>', 'One two'],
  ['CO<sub>2</sub> at <em>p</em> &lt; 0.05', 'CO2 at p &lt; 0.05'],
  ['a < b and c > d', 'a < b and c > d'],
  ['<img src=x onerror="alert(1)">text', 'text'],
  ['<script>alert("</p>")</script>after', 'after'],
  ['<style>p{}</style >x<!-- <b>no</b> -->y', 'x y'],
  ['cut <a href="', 'cut'],
  ['<script>never closed', ''],
  ['x</textarea><img src=y onerror=z>', 'x'],
])('%s', (html, text) => {
  expect(withoutTags(html)).toBe(text);
});
