/** Counts failures of clients within windows of time. */
export interface FailureLimit {
  /** How long the client has to wait, in milliseconds; 0 if it may try. `now` is milliseconds since 1970. */
  waitMs(client: string, now: number): number;
  count(client: string, now: number): void;
  /** Clients remembered. */
  readonly size: number;
}

/** Clients remembered at a time: about 2 MB. The one that began to fail first is forgotten first. */
const MOST_CLIENTS = 10_000;

/** Up to `most` failures of a client in `windowMs`; each process counts for itself. */
export function createFailureLimit({ most, windowMs }: { readonly most: number; readonly windowMs: number }): FailureLimit {
  const clients = new Map<string, { count: number; readonly since: number }>();
  const current = (client: string, now: number) => {
    const found = clients.get(client);
    if (found === undefined || now < found.since + windowMs) return found;
    clients.delete(client);
    return undefined;
  };
  return {
    waitMs(client, now) {
      const found = current(client, now);
      return found === undefined || found.count < most ? 0 : found.since + windowMs - now;
    },
    count(client, now) {
      const found = current(client, now);
      if (found !== undefined) {
        found.count += 1;
        return;
      }
      clients.set(client, { count: 1, since: now });
      if (clients.size > MOST_CLIENTS) clients.delete(clients.keys().next().value!);
    },
    get size() {
      return clients.size;
    },
  };
}
