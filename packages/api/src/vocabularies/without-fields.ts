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

/** Fields of InvenioRDM's vocabularies that records do not carry, and what happens to a query that has them. */
const OF_ORGANISATIONS = {
  acronym: 'records have no acronyms of organisations, so its words were looked for in names and identifiers',
  ...Object.fromEntries(
    ['country', 'country_name', 'location_name', 'status', 'types'].map((name) => [
      name,
      'records do not carry it of organisations, so this finds nothing: look for words of the name, or for the ROR id',
    ]),
  ),
};
const OF_AWARDS = Object.fromEntries(
  ['program', 'start_date', 'end_date', 'organizations'].map((name) => [
    name,
    'it is not searched of awards, so this finds nothing: look for words of the title, the number or the funder',
  ]),
);
const UNCARRIED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  funders: OF_ORGANISATIONS,
  affiliations: OF_ORGANISATIONS,
  awards: OF_AWARDS,
};

/** Warnings about fields of a query that a vocabulary does not carry here, each once. Pure. */
export function fieldWarnings(vocabulary: string, q: string): { readonly parameter: 'q'; readonly detail: string }[] {
  const uncarried = UNCARRIED[vocabulary] ?? {};
  const names = [...q.matchAll(/(?<![\w.:/])([a-z]+(?:_[a-z]+)*)(?:\.[\w.]+)?:/g)].map(([, name]) => name!);
  return [...new Set(names)].flatMap((name) =>
    Object.hasOwn(uncarried, name) ? [{ parameter: 'q' as const, detail: `${name}: ${uncarried[name]!}` }] : [],
  );
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
