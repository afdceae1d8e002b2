import { type SimulatorProcess, startSimulator as start } from '../../test/harvest/programs.ts';

/** A repository of so many records in a process of its own. */
export type Simulator = SimulatorProcess;

export const startSimulator = (records: number): Promise<Simulator> => start(['--size', String(records)]);

/** Whoever lists it first makes its code hot for all others: that shall be nobody who is measured. */
export async function warm({ url }: Simulator, pages: number, signal: AbortSignal): Promise<void> {
  let query = 'metadataPrefix=oai_datacite';
  for (let page = 0; page < pages && query !== ''; page++) {
    const body = await (await fetch(`${url}?verb=ListRecords&${query}`, { signal })).text();
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(body)?.[1];
    query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
  }
}
