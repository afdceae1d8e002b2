/** `node scripts/pack-oai.ts [FOLDER]`: packs `@thresher/oai` as it is published, into an empty folder; prints the tarball's path. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packOai } from './packages/pack-oai.ts';

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'thresher-oai-')));
console.log(await packOai(join(import.meta.dirname, '..'), folder));
