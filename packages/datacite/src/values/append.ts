/** Adds items to a list. `list.push(...items)` fails for some 100,000 items: each is an argument, and those are on the stack. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
