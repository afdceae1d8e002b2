/** Checks comments, messages and documents for phrases that are hard to read; `npm run check` runs it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPhrases } from './words/find-phrases.ts';

const root = join(import.meta.dirname, '..');
/** Words that the simulator invents titles from, and the phrases themselves. */
const left = ['packages/oai-sim/src/corpus/words.ts', 'scripts/words/'];
const listed = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.md'], { cwd: root, encoding: 'utf8' }).split('\n');
for (const file of listed.filter((name) => name !== '' && !left.some((start) => name.startsWith(start))))
  for (const { line, phrase, instead } of findPhrases(file, readFileSync(join(root, file), 'utf8'))) {
    console.error(`${file}:${line} “${phrase}”: write ${instead}`);
    process.exitCode = 1;
  }
