/** One thing that was looked at. */
export interface Finding {
  readonly about: 'thresher' | 'postgresql' | 'elasticsearch' | 'redis' | 'disk' | 'harvest';
  /** `fault`: something does not work or loses data; `advice`: it works, and could be better. */
  readonly is: 'good' | 'advice' | 'fault';
  /** What was found and, unless it is good, what to do. */
  readonly says: string;
}

type About = Finding['about'];

export const good = (about: About, says: string): Finding => ({ about, is: 'good', says });
export const advice = (about: About, says: string): Finding => ({ about, is: 'advice', says });
export const fault = (about: About, says: string): Finding => ({ about, is: 'fault', says });

const GB = 1_000_000_000;

/** `1234567890` as `1.2 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / GB).toFixed(1)} GB`;
