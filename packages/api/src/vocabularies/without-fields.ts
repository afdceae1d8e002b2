const FIELD =
  /(?<![\w.])(?:metadata\.)?(?:id|slug|name|(?:given|family)_name|title(?:\.\w+)?|subject|number|acronym|tags|type(?:\.id)?|website|organizations(?:\.name)?|identifiers(?:\.identifier)?|funder(?:\.\w+)?|props\.(?:type|subtype)):/g;

/** The tag that a query asks for, `tags:data`; null if it asks for none. Pure. */
export function tagWithin(q: string): string | null {
  return /(?<![\w.])tags:"?([\w-]+)"?/.exec(q)?.[1] ?? null;
}

/** The query without the tags that it asks for. Pure. */
export function withoutTags(q: string): string {
  return q.replace(/(?<![\w.])tags:"?[\w-]+"?/g, ' ');
}

/**
 * The words of a query in InvenioRDM's syntax, whose fields do not matter here: `title:creative`, `id:00k4n6c32`. All words are looked
 * for in id and title, or those on one side of an `OR`; brackets are no words. Pure.
 */
export function withoutFields(q: string): string {
  return q.replace(FIELD, ' ').replace(/(?<!\S)(?:AND|\*)(?!\S)/g, ' ');
}

/** The schemes that InvenioRDM's suggestions of subjects may begin with: `MeSH:heart`, `GEMET,MeSH:sea`. Pure. */
export function schemesOf(suggest: string): { readonly schemes: readonly string[]; readonly rest: string } {
  const [, names, rest] = /^\s*(\p{L}[\p{L}\p{N} ._-]*(?:,[\p{L}\p{N} ._-]+)*):(?!\/)(.*)$/su.exec(suggest) ?? [];
  return names === undefined || rest === undefined ? { schemes: [], rest: suggest } : { schemes: names.split(','), rest };
}

const SCHEME = /(?<![\w.])scheme:("[^"]+"|\S+)/g;

/** The schemes that a query of subjects asks for, `scheme:MeSH`, and the rest of it. Pure. */
export function schemesWithin(q: string): { readonly schemes: readonly string[]; readonly rest: string } {
  return { schemes: [...q.matchAll(SCHEME)].map(([, name]) => name!.replaceAll('"', '')), rest: q.replace(SCHEME, ' ') };
}
