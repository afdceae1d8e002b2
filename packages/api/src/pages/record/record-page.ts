import type { Page } from '../layout.ts';
import { h } from '../html.ts';
import { recordAside } from './aside.ts';
import { recordBody } from './body.ts';
import { recordMeta } from './meta.ts';
import type { RecordView } from './view.ts';

/** The page of a record. */
export function recordPage(view: RecordView, path: string): Page {
  return {
    title: view.record.metadata.title ?? 'Record',
    path,
    head: recordMeta(view),
    main: h('div', { class: 'record' }, recordBody(view), recordAside(view)),
  };
}
