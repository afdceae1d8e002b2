import type { SearchDocument } from './document.ts';

/** One write. `version` is external: Elasticsearch keeps the highest it has seen, whatever the order of arrival. */
export type BulkOperation =
  | { readonly index: SearchDocument; readonly id: string; readonly version: number }
  | { readonly delete: string; readonly version: number };

/** An operation as the lines it is sent as (each with its newline), with its size in bytes. */
export interface BulkItem {
  readonly id: string;
  readonly kind: 'index' | 'delete';
  readonly lines: string;
  readonly bytes: number;
}

/** Lines of an operation: the action, and for `index` the document. */
export function encodeOperation(operation: BulkOperation): BulkItem {
  const { version } = operation;
  if ('delete' in operation) return item('delete', operation.delete, version, '');
  return item('index', operation.id, version, `${JSON.stringify(operation.index)}\n`);
}

function item(kind: BulkItem['kind'], id: string, version: number, document: string): BulkItem {
  const action = JSON.stringify({ [kind]: { _id: id, version, version_type: 'external_gte' } });
  const lines = `${action}\n${document}`;
  return { id, kind, lines, bytes: Buffer.byteLength(lines) };
}

/** Cuts a list into bodies of at most `maxBytes`, order kept; one larger than that goes alone. */
export function cutByBytes(items: readonly BulkItem[], maxBytes: number): BulkItem[][] {
  const bodies: BulkItem[][] = [];
  let room = 0;
  for (const each of items) {
    if (each.bytes > room || bodies.length === 0) {
      bodies.push([]);
      room = maxBytes;
    }
    bodies.at(-1)?.push(each);
    room -= each.bytes;
  }
  return bodies;
}
