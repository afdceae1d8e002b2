import { hash } from 'node:crypto';

/** Names a `record` element by its bytes: 16 of its SHA-256. Equal means that there is nothing new in it. */
export function elementHash(element: Uint8Array): Buffer {
  return hash('sha256', element, 'buffer').subarray(0, 16);
}
