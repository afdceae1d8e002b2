import { xmlTextTag } from '@thresher/datacite';

/** Advance of a character in 11 px DejaVu Sans or Verdana, in pixels, rounded up. */
const CHARACTER = 7;
const PADDING = 6;

/** A badge as Zenodo draws them: `DOI` on grey, the DOI on blue. An SVG document. */
export function doiBadge(doi: string): string {
  const [left, right] = [33, doi.length * CHARACTER + 2 * PADDING];
  const text = (x: number, content: string) => xmlTextTag('text', content, { x: String(x), y: '14' });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img">`,
    xmlTextTag('title', `DOI: ${doi}`),
    `<rect width="${left}" height="20" fill="#555"/><rect x="${left}" width="${right}" height="20" fill="#007ec6"/>`,
    '<g fill="#fff" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="11">',
    text(PADDING, 'DOI'),
    text(left + PADDING, doi),
    '</g></svg>',
  ].join('');
}
