import { hash } from 'node:crypto';

/** The first 16 bytes of the SHA-256 of a `record` element. Equal hashes mean that the element brings nothing new. */
export function elementHash(element: Uint8Array): Buffer {
  return hash('sha256', element, 'buffer').subarray(0, 16);
}
