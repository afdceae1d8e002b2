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
 * for in id and title; operators and brackets are no words. Pure.
 */
export function withoutFields(q: string): string {
  return q.replace(FIELD, ' ').replace(/(?<!\S)(?:AND|OR|\*)(?!\S)/g, ' ');
}
