/** A moving window of one minute per client, as Zenodo's limiter counts: refused requests do not count. */
export interface Limiter {
  /** Admits or refuses a request, and returns the headers that report the limit. */
  admit(client: string, now: number): { readonly admitted: boolean; readonly headers: Record<string, string> };
}

const WINDOW_MS = 60_000;

export function createLimiter(perMinute: number): Limiter {
  const admittedAt = new Map<string, number[]>();
  return {
    admit: (client, now) => {
      const times = (admittedAt.get(client) ?? []).filter((time) => time > now - WINDOW_MS);
      const admitted = times.length < perMinute;
      if (admitted) times.push(now);
      admittedAt.set(client, times);
      const reset = Math.floor(((times[0] ?? now) + WINDOW_MS) / 1000) + 1;
      return {
        admitted,
        headers: {
          'x-ratelimit-limit': String(perMinute),
          'x-ratelimit-remaining': String(perMinute - times.length),
          'x-ratelimit-reset': String(reset),
          'retry-after': String(Math.max(1, reset - Math.floor(now / 1000) - 1)),
        },
      };
    },
  };
}
