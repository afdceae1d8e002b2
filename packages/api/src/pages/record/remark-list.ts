import type { Remark } from '../../shapes/remarks.ts';
import { plural } from '../format.ts';
import { h, type Html, said } from '../html.ts';

/** Longer values are cut. */
const SHOWN = 120;

/** What is missing or odd in the record, folded away: it concerns the curator more than the reader. */
export function remarkList(remarks: readonly Remark[]): Html | null {
  if (remarks.length === 0) return null;
  const line = ({ text, values }: Remark): Html =>
    h(
      'li',
      {},
      text,
      values.map((value) => [' ', h('span', { class: 'mono' }, said(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value))]),
    );
  return h(
    'details',
    { class: 'remarks' },
    h('summary', {}, `${plural(remarks.length, 'remark')} on the quality of this metadata`),
    h('ul', {}, remarks.map(line)),
  );
}
