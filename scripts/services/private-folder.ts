import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';

/** Creates the folder, and shuts other users of the machine out of it, also if it was there before. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/** The same for a file that programs append to. */
export function privateFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
