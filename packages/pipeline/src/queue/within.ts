/** Waits for work to end, up to a time limit. A later failure is ignored. True if it ended in time. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  work.catch(() => {});
  return Promise.race([work.then(() => true), late.promise]).finally(() => clearTimeout(timer));
}
