/** The members of an object that are named by paths (`id`, `metadata.title`); those that it has not are passed over. */
export function selectMembers(object: object, paths: readonly string[]): object {
  const selected: Record<string, unknown> = {};
  const inner = new Map<string, string[]>();
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    if (!Object.hasOwn(object, name)) continue;
    const value = (object as Record<string, unknown>)[name];
    if (rest.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) selected[name] = value;
    else inner.set(name, [...(inner.get(name) ?? []), rest.join('.')]);
  }
  for (const [name, within] of inner) selected[name] ??= selectMembers((object as Record<string, object>)[name]!, within);
  return selected;
}
