import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from '../services/start-services.ts';

/** A repository of so many records in a process of its own. */
export interface Simulator extends AsyncDisposable {
  /** Its base URL. */
  readonly url: string;
  readonly pid: number;
  /** Gives a share of the records a new datestamp. */
  touch(fraction: number): Promise<void>;
}

export async function startSimulator(records: number, signal: AbortSignal): Promise<Simulator> {
  const server = spawn(process.execPath, ['packages/oai-sim/bin/oai-sim.ts', '--port', '0', '--size', String(records)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [url] = (await once(createInterface({ input: server.stdout }), 'line', { signal })) as [string];
  return {
    url,
    pid: server.pid!,
    async touch(fraction) {
      const answer = await fetch(new URL('/_sim/touch', url), { method: 'POST', body: JSON.stringify({ fraction }), signal });
      if (!answer.ok) throw new Error(`the simulator did not touch its records: ${await answer.text()}`);
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await once(server, 'exit');
    },
  };
}

/** Whoever lists it first makes its code hot for all others: that shall be nobody who is measured. */
export async function warm({ url }: Simulator, pages: number, signal: AbortSignal): Promise<void> {
  let query = 'metadataPrefix=oai_datacite';
  for (let page = 0; page < pages && query !== ''; page++) {
    const body = await (await fetch(`${url}?verb=ListRecords&${query}`, { signal })).text();
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(body)?.[1];
    query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
  }
}
