import type { OaiClient } from '@thresher/oai';
import { knownSource } from '@thresher/pipeline';
import type { Io } from './io.ts';
import { openCommandResources } from './open-resources.ts';

/** Asks the repository with that base URL, or of a preset with that name. Throws UnknownSourceError. */
export async function withClient<T>(io: Io, nameOrUrl: string, ask: (client: OaiClient) => Promise<T>): Promise<T> {
  const { baseURL } = await knownSource(null, nameOrUrl);
  await using resources = openCommandResources(io);
  return await ask(resources.client(baseURL, 30_000));
}
