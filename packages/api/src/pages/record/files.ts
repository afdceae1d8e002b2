import type { NormalisedRecord } from '../../shapes/export-formats.ts';
import type { ZenodoRecord } from '../../shapes/zenodo-record.ts';
import { bytes } from '../format.ts';
import { h, type Html, said } from '../html.ts';

type Files = NonNullable<ZenodoRecord['files']>;

/** The files with their sizes and checksums; what is in them is at the source, where the links lead. */
export function fileList({ links }: NormalisedRecord, files: Files): Html {
  const line = ({ key, size, checksum, links: { self } }: Files[number]): Html => {
    const href = self ?? links['source'];
    return h(
      'li',
      {},
      href !== undefined && /^https?:/.test(href) ? h('a', { href, rel: 'noopener' }, said(key)) : said(key),
      size !== null && h('span', { class: 'quiet' }, bytes(size)),
      checksum && h('code', { class: 'checksum' }, checksum),
    );
  };
  return h('ul', { class: 'files' }, files.map(line));
}
