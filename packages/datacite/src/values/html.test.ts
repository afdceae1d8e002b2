import { expect, test } from 'vitest';
import { htmlToText } from './html.ts';

test.each([
  ['<p>One</p>\n\n<p>Two <i>three</i></p>', 'One\nTwo three'],
  ['a<br/>b<br>c', 'a\nb\nc'],
  ['foo<div>bar</div>baz', 'foo\nbar\nbaz'],
  ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
  ['<table><tr><td>1</td><td>2</td></tr></table>', '1 2'],
  ['p &lt; 0.05 &amp; q &gt; 1', 'p < 0.05 & q > 1'],
  ['x < 1 m and y > 2', 'x < 1 m and y > 2'],
  ['plain\ntext\n\nwith lines', 'plain\ntext\n\nwith lines'],
  ['&quot;plain&quot;\ntext', '"plain"\ntext'],
  ['<p>see <a href="http://zenodo.org/record/3777282">the record</a>.</p>', 'see the record.'],
  ['<p>cut in a tag <a href="http://zen', 'cut in a tag'],
  ['<p>not closed <b>bold', 'not closed bold'],
  ['<script>alert(1)</script><p>seen</p>', 'seen'],
  ['<p>&nbsp;</p>', ''],
  ['<p>non&nbsp;breaking</p>', 'non\u00a0breaking'],
])('%s', (html, text) => {
  expect(htmlToText(html)).toBe(text);
});
