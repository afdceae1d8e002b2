import { type SimulatorProcess, startSimulator as start } from '../../test/harvest/programs.ts';

/** A repository of `records` records in its own process. */
export type Simulator = SimulatorProcess;

export const startSimulator = (records: number): Promise<Simulator> => start(['--size', String(records)]);

/** The first client that lists it warms its code up for all others, so that client is not measured. */
export async function warm({ url }: Simulator, pages: number, signal: AbortSignal): Promise<void> {
  let query = 'metadataPrefix=oai_datacite';
  for (let page = 0; page < pages && query !== ''; page++) {
    const body = await (await fetch(`${url}?verb=ListRecords&${query}`, { signal })).text();
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(body)?.[1];
    query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
  }
}
