import { baseUrlOf, type OaiClient } from '@thresher/oai';
import { presets } from '@thresher/pipeline';
import { UsageError, type Io } from './io.ts';
import { openCommandResources } from './open-resources.ts';

const urlOf = (nameOrUrl: string): string => {
  const preset = presets.find((known) => known.name === nameOrUrl);
  if (preset !== undefined) return preset.baseURL;
  if (!URL.canParse(nameOrUrl))
    throw new UsageError(
      `${JSON.stringify(nameOrUrl)} is not a URL: give the base URL of an OAI-PMH endpoint, or one of ${presets.map((known) => known.name).join(', ')}`,
    );
  return baseUrlOf(nameOrUrl);
};

export async function withClient<T>(io: Io, nameOrUrl: string, ask: (client: OaiClient) => Promise<T>): Promise<T> {
  await using resources = openCommandResources(io);
  return await ask(resources.client(urlOf(nameOrUrl), 30_000));
}
