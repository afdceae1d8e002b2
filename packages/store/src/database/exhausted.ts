/** Why PostgreSQL could not finish a valid statement: it ran out of time, or the server had no memory, disk space or connection left. */
export type Exhaustion = 'time' | 'resources';

/**
 * What a statement lacked, if it failed because of the load of the server and may succeed later; null for any other error.
 * SQLSTATE 57014 (statement timeout, cancelled), 55P03 (lock timeout), class 40 (rolled back because of another transaction), class 53
 * (insufficient resources): https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function exhaustionOf(error: unknown): Exhaustion | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (error.code === '57014' || error.code === '55P03' || /^40[0-9P]{3}$/.test(error.code)) return 'time';
  return /^53\d{3}$/.test(error.code) ? 'resources' : null;
}
