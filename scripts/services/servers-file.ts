import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateFile } from './private-folder.ts';

/** The file in a home with the addresses of its running servers, as `NAME="value"` lines; `npx thresher` reads it. */
const serversFile = (home: string): string => join(home, 'servers.env');

/** Writes the addresses, readable by this user only, since they contain passwords. */
export function writeServersFile(home: string, env: Readonly<Record<string, string>>): void {
  const lines = Object.entries(env).flatMap(([name, value]) => (name.endsWith('_URL') ? [`${name}="${value}"\n`] : []));
  privateFile(serversFile(home));
  writeFileSync(serversFile(home), lines.join(''));
}

/** Removes the addresses of servers that were stopped. */
export function removeServersFile(home: string): void {
  rmSync(serversFile(home), { force: true });
}
