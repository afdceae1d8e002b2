import { expect, test } from 'vitest';
import { spdxOf } from './spdx.ts';

test.each([
  ['cc-by-4.0', null, null, 'CC-BY-4.0'],
  ['CC0 1.0', 'http://creativecommons.org/publicdomain/zero/1.0/', null, 'CC0-1.0'],
  ['gpl-3.0-only', null, null, 'GPL-3.0-only'],
  ['gpl-3.0', null, null, 'GPL-3.0-only'],
  ['apache2.0', null, null, 'Apache-2.0'],
  ['other-open', null, 'Other (Open)', null],
  [null, 'https://creativecommons.org/licenses/by/4.0/legalcode', null, 'CC-BY-4.0'],
  [null, 'http://www.creativecommons.org/licenses/by-nc-nd/4.0/', null, 'CC-BY-NC-ND-4.0'],
  [null, 'https://creativecommons.org/licenses/by/4.0/deed.de', null, 'CC-BY-4.0'],
  [null, 'https://creativecommons.org/licenses/by/3.0/de/', null, 'CC-BY-3.0-DE'],
  [null, 'https://creativecommons.org/licenses/by/3.0/xx/', null, null],
  [null, 'https://creativecommons.org/publicdomain/zero/1.0/legalcode', null, 'CC0-1.0'],
  [null, 'https://creativecommons.org/publicdomain/mark/1.0/', null, 'CC-PDM-1.0'],
  [null, 'https://opensource.org/licenses/MIT', null, 'MIT'],
  [null, 'https://opensource.org/licenses/mit-license.php', null, 'MIT'],
  [null, 'https://opensource.org/licenses/GPL-3.0', 'GNU General Public License v3.0 only', 'GPL-3.0-only'],
  [null, 'https://www.gnu.org/licenses/gpl-3.0-standalone.html', 'GNU General Public License v3.0 or later', 'GPL-3.0-or-later'],
  [null, 'https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html', null, 'LGPL-2.1-only'],
  [null, 'http://www.apache.org/licenses/LICENSE-2.0', null, 'Apache-2.0'],
  [null, 'https://opendatacommons.org/licenses/odbl/1-0/', null, 'ODbL-1.0'],
  [null, 'https://example.org/licence', 'Creative Commons Attribution 4.0 International', null],
  [null, null, 'MIT', null],
])('%s, %s, %s names %s', (identifier, uri, title, spdx) => {
  expect(spdxOf(identifier, uri, title)).toBe(spdx);
});
