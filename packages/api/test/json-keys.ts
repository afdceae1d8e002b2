/** Where a reply differs from a genuine one. In paths `[]` is any element of a list and `*` any name that data chose. */
interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'differs';
  readonly genuine: unknown;
  readonly served?: unknown;
}

/** Objects whose names are data: names of files, languages, custom fields. */
const NAMED_BY_DATA = /(?:^|\.)(?:entries|title|description|custom)$/;

function nameIn(path: string, name: string): string {
  const isLanguage = /^[a-z]{2}$/.test(name);
  const isData = NAMED_BY_DATA.test(path) && (path.endsWith('entries') ? path.includes('files') : isLanguage || path.endsWith('custom'));
  return path === '' ? name : `${path}.${isData ? '*' : name}`;
}

/** What a genuine reply has and another one lacks or says otherwise. */
export function differences(genuine: unknown, served: unknown, path = ''): Difference[] {
  if (Array.isArray(genuine)) {
    if (!Array.isArray(served)) return [{ path, kind: 'differs', genuine, served }];
    const own = genuine.flatMap((one: unknown, n) => (n < served.length ? differences(one, served[n], `${path}[]`) : []));
    return genuine.length === served.length ? own : [{ path: `${path}.length`, kind: 'differs', genuine, served }, ...own];
  }
  if (typeof genuine === 'object' && genuine !== null) {
    if (typeof served !== 'object' || served === null) return [{ path, kind: 'differs', genuine, served }];
    return Object.entries(genuine).flatMap(([name, value]): Difference[] => {
      const below = nameIn(path, name);
      return Object.hasOwn(served, name)
        ? differences(value, (served as Readonly<Record<string, unknown>>)[name], below)
        : [{ path: below, kind: 'missing', genuine: value }];
    });
  }
  return Object.is(genuine, served) ? [] : [{ path, kind: 'differs', genuine, served }];
}

/** All paths of a reply. */
export function keysOf(reply: unknown, path = ''): Set<string> {
  if (Array.isArray(reply)) return new Set(reply.flatMap((one: unknown) => [...keysOf(one, `${path}[]`)]));
  if (typeof reply !== 'object' || reply === null) return new Set([path]);
  return new Set([path, ...Object.entries(reply).flatMap(([name, value]) => [...keysOf(value, nameIn(path, name))])]);
}
