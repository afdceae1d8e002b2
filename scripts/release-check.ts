/**
 * `npm run release:check [-- FOLDER]`: builds what is published into a folder (a new one under the temporary folder unless given), and
 * checks it: versions, changelog, tarball of `@thresher/oai`, image recipe, bill of materials, licences. Exits with 1 if anything is at fault.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { releaseChecks } from './release/checks.ts';

const given = process.argv[2];
const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'thresher-release-')) : resolve(given);
await mkdir(folder, { recursive: true });
let isFaulty = false;
for (const { name, check } of releaseChecks(join(import.meta.dirname, '..'), folder)) {
  const begun = performance.now();
  const faults = await check().catch((error: unknown) => [String(error instanceof Error ? error.message : error)]);
  console.log(`${faults.length === 0 ? 'ok' : 'FAULT'}  ${name} (${((performance.now() - begun) / 1_000).toFixed(1)} s)`);
  for (const fault of faults) console.log(`       ${fault}`);
  isFaulty ||= faults.length > 0;
}
console.log(isFaulty ? 'not ready to be released' : `ready to be released: ${folder}`);
process.exitCode = isFaulty ? 1 : 0;
