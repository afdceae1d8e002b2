import { LOCAL_LANGUAGES } from '../analysis.ts';

/**
 * What can stand before the colon in a query, and where it is looked for. One table: the parser knows the names by it,
 * the compiler the index fields, the error messages what to suggest, and filters use the same names.
 */
export type QueryField = TextField | ValueField;

export interface TextField {
  readonly kind: 'text';
  /** Index fields for words, with weights. */
  readonly words: readonly string[];
  /** Those among them with positions: for phrases and patterns. */
  readonly exact: readonly string[];
}

export interface ValueField {
  /** `label`: compared as a whole, in any case. `identifier`: the same, resolver and scheme prefix taken off first. */
  readonly kind: 'label' | 'identifier' | 'date' | 'number';
  readonly paths: readonly string[];
}

/** In the language of the record; half of a stem in English, since the description is in there, too. */
const localWords = LOCAL_LANGUAGES.map((language) => `local.${language}^2.5`);
const titleWords = ['title^8', 'title.stemmed^5', 'additional_titles^3', ...localWords];
const keywordWords = ['keywords^3.5', 'subjects.term^2.5'];
const descriptionWords = ['description', 'additional_descriptions.text^0.5'];

/** A word without a field: title before creators before keywords before description. */
export const EVERYWHERE: TextField = {
  kind: 'text',
  words: [
    ...titleWords,
    'creators.name^5',
    ...keywordWords,
    ...descriptionWords,
    'contributors.name^1.5',
    'creators.affiliations.name',
    'publisher^0.5',
    'funding.funder_name^0.5',
    'funding.award_title^0.5',
  ],
  exact: [
    'title^8',
    'additional_titles^4',
    'creators.name^5',
    ...keywordWords,
    ...descriptionWords,
    'contributors.name^1.5',
    'creators.affiliations.name',
    'publisher^0.5',
  ],
};

/** Where a misspelt word is looked for: where its neighbours are few enough to try. */
export const NEARLY: TextField = {
  kind: 'text',
  words: [],
  exact: ['title^8', 'creators.name^5', 'additional_titles^3', 'keywords^3.5', 'description', 'creators.affiliations.name'],
};

/** Where words that stand next to each other in the query are worth more when they do so in the record. */
export const TOGETHER = ['title^8', 'creators.name^5', 'keywords^3', 'description'];

function text(words: readonly string[], exact: readonly string[] = words): TextField {
  return { kind: 'text', words, exact };
}

function value(kind: ValueField['kind'], ...paths: string[]): ValueField {
  return { kind, paths };
}

/** Names as Zenodo documents them (legacy and InvenioRDM) and as the document spells them, with the field each means. */
const NAMES: readonly (readonly [names: string, field: QueryField])[] = [
  ['title', text(titleWords, ['title^8', 'additional_titles^4'])],
  ['additional_titles additional_titles.title', text(['additional_titles'])],
  ['description', text([...descriptionWords, ...localWords], descriptionWords)],
  ['notes additional_descriptions additional_descriptions.description', text(['additional_descriptions.text'])],
  ['keywords keyword subjects.subject', text(keywordWords)],
  ['subjects subjects.term', text(['subjects.term'])],
  ['subjects.scheme', value('label', 'subjects.scheme')],
  ['subjects.identifier subjects.id', value('identifier', 'subjects.identifier')],
  ['creators creators.name creator author authors creators.person_or_org.name', text(['creators.name'])],
  ['creators.orcid orcid creators.person_or_org.identifiers.identifier', value('identifier', 'creators.orcid')],
  ['creators.affiliation creators.affiliations creators.affiliations.name affiliation', text(['creators.affiliations.name'])],
  ['creators.affiliations.ror creators.affiliations.id creators.ror ror', value('identifier', 'creators.affiliations.ror')],
  ['contributors contributors.name contributors.person_or_org.name', text(['contributors.name'])],
  ['contributors.orcid contributors.person_or_org.identifiers.identifier', value('identifier', 'contributors.orcid')],
  ['contributors.affiliation contributors.affiliations.name', text(['contributors.affiliations.name'])],
  ['contributors.type contributors.role contributors.role.id', value('label', 'contributors.role')],
  ['publisher', text(['publisher'])],
  ['doi pids.doi.identifier', value('identifier', 'doi')],
  ['conceptdoi concept_doi parent.pids.doi.identifier', value('identifier', 'concept_doi')],
  ['recid id', value('number', 'recid')],
  ['conceptrecid concept_recid parent.id', value('number', 'concept_recid')],
  ['oai_identifier pids.oai.identifier', value('identifier', 'oai_identifier')],
  ['identifiers identifier identifiers.identifier alternate_identifiers alternate.identifier', value('identifier', 'identifiers')],
  ['publication_date publicationdate', value('date', 'publication_date')],
  ['publication_year year', value('number', 'publication_year')],
  ['datestamp updated', value('date', 'datestamp')],
  ['first_seen_at', value('date', 'first_seen_at')],
  ['changed_at', value('date', 'changed_at')],
  ['resource_type', value('label', 'resource_type.type', 'resource_type.subtype', 'resource_type.general')],
  ['resource_type.type type', value('label', 'resource_type.type')],
  ['resource_type.subtype subtype', value('label', 'resource_type.subtype')],
  ['resource_type.general resource_type_general', value('label', 'resource_type.general')],
  ['language languages languages.id', value('label', 'language')],
  ['version', value('label', 'version')],
  ['access_right access.status', value('label', 'access_right')],
  ['license license.id licenses licenses.id rights rights.id', value('identifier', 'licenses.id')],
  ['license.title licenses.title', text(['licenses.title'])],
  [
    'communities community communities.id communities.slug parent.communities.slug parent.communities.entries.slug',
    value('identifier', 'communities'),
  ],
  ['sets set', value('identifier', 'sets')],
  ['grants.code grants.number funding.award.number award_number', value('identifier', 'funding.award_number')],
  ['grants.title funding.award.title award_title', text(['funding.award_title'])],
  ['grants.funder.name funding.funder.name funder.name funder funder_name', text(['funding.funder_name'])],
  ['grants.funder.ror funding.funder.id funder.ror funder_ror', value('identifier', 'funding.funder_ror')],
  ['grants.funder.doi funder.doi funder_doi', value('identifier', 'funding.funder_doi')],
  ['related.identifier related_identifiers related_identifiers.identifier', value('identifier', 'related_identifiers.identifier')],
  [
    'related.relation related_identifiers.relation_type related_identifiers.relation_type.id',
    value('label', 'related_identifiers.relation_type'),
  ],
  ['related.scheme related_identifiers.scheme', value('label', 'related_identifiers.scheme')],
  ['source source_id', value('label', 'source_id')],
];

const FIELD_BY_NAME: ReadonlyMap<string, QueryField> = new Map(
  NAMES.flatMap(([names, field]) => names.split(' ').map((name) => [name, field] as const)),
);

/** All names a query or filter may use. */
export const QUERY_FIELD_NAMES: readonly string[] = [...FIELD_BY_NAME.keys()];

/** The field of that name, with or without InvenioRDM's `metadata.` before it. */
export function queryField(name: string): QueryField | null {
  return FIELD_BY_NAME.get(bare(name)) ?? null;
}

/** The known field name nearest to a mistyped one; null when none is near. */
export function nearestFieldName(name: string): string | null {
  return nearest(bare(name), QUERY_FIELD_NAMES);
}

/** Of known names the one nearest to a mistyped one; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one) }));
  const best = ranked.reduce((a, b) => (b.distance < a.distance ? b : a));
  return best.distance <= Math.max(2, Math.floor(name.length / 4)) ? best.one : null;
}

function bare(name: string): string {
  return name.replace(/^metadata\./, '');
}

/** Levenshtein distance. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of Array.from(from).entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = row[column - 1]! + (to[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
