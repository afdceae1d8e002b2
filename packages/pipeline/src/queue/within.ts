/** Waits for work to end, but no longer than this. Work that fails later fails in silence. True if it ended in time. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  work.catch(() => {});
  return Promise.race([work.then(() => true), late.promise]).finally(() => clearTimeout(timer));
}
