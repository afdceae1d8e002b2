import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { buildApi } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { warmUp } from './warm-up.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Called with the address once requests are accepted: `http://127.0.0.1:8080`. */
  readonly onListening?: (address: string) => void;
}

/** How long running requests may take after the signal. */
const GRACE_MS = 10_000;

/**
 * The heap may become three times what is live in it before all of it is collected. V8's own measure made that every two seconds under
 * load: a pause of 7 to 16 ms, and 40 to 100 ms in which its threads want the other cores, too. Five times gains no more, and exports
 * take 890 MB instead of 540.
 */
const SELDOM_COLLECTED = '--heap-growing-percent=200';

/**
 * Serves the API until the signal, then accepts no more requests, finishes running ones and returns. Meanwhile it is warmed up;
 * `/readyz` reports when that is done. Throws if it cannot listen.
 */
export async function startApi(deps: ApiDeps, place: ListenAddress, signal: AbortSignal): Promise<void> {
  setFlagsFromString(SELDOM_COLLECTED);
  let isWarm = false;
  const own: ApiDeps = { ...deps, publicAddress: { boundHost: place.host, ...deps.publicAddress } };
  const app = buildApi({ ...own, isWarm: () => isWarm });
  const ending = new AbortController();
  let warming: Promise<unknown> = Promise.resolve();
  // Closing would wait for kept-alive connections.
  app.addHook('onSend', async (_, reply, payload) => {
    if (signal.aborted) reply.header('connection', 'close');
    return payload;
  });
  try {
    const address = await app.listen({ host: place.host, port: place.port, listenTextResolver: (at) => `the API listens at ${at}` });
    place.onListening?.(address);
    warming = warmUp(own, AbortSignal.any([signal, ending.signal])).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'the API could not be warmed up'),
    );
    void warming.then(() => (isWarm = true));
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    ending.abort();
    await warming;
    await drain(app);
  }
}

async function drain(app: ReturnType<typeof buildApi>): Promise<void> {
  const late = new AbortController();
  void sleep(GRACE_MS, undefined, { signal: late.signal }).then(
    () => app.server.closeAllConnections(),
    () => {},
  );
  await app.close();
  late.abort();
}
