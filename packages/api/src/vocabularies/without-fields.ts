const FIELD =
  /(?<![\w.])(?:metadata\.)?(?:id|slug|name|(?:given|family)_name|title(?:\.\w+)?|subject|number|acronym|tags|type(?:\.id)?|website|organizations(?:\.name)?|identifiers(?:\.identifier)?|funder(?:\.\w+)?|props\.(?:type|subtype)):/g;

/**
 * The words of a query in InvenioRDM's syntax, whose fields do not matter here: `title:creative`, `id:00k4n6c32`. All words are looked
 * for in id and title; operators and brackets are no words. Pure.
 */
export function withoutFields(q: string): string {
  return q.replace(FIELD, ' ').replace(/(?<!\S)(?:AND|OR|\*)(?!\S)/g, ' ');
}
