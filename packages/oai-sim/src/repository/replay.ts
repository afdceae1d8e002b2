import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from '../corpus/recording.ts';
import { readReplay } from '../corpus/recorded-corpus.ts';
import { createRepository } from './repository.ts';
import type { Repository, RepositoryOptions } from './repository.ts';
import { formatSecond } from '../xml.ts';

/** A repository of the `.xml` files of a folder, to be handed to `startServer` or `createSim`. */
export async function openReplay(
  folder: string,
  options: RepositoryOptions = {},
): Promise<{ repository: Repository; recording?: Recording }> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xml'));
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
  const { corpus, recording } = readReplay(files);
  let oldest = Infinity;
  for (let number = 0; number < corpus.size; number++) oldest = Math.min(oldest, corpus.datestamp(number));
  const repository = createRepository({ ...options, corpus, earliestDatestamp: formatSecond(oldest) });
  return { repository, ...(recording === null ? {} : { recording }) };
}
