import { accessForms, type Forms, funderForms, languageForms, licenceIdForms, licenceUrlForms } from './forms.ts';

/** A field whose values are counted, and the filters that choose among them. */
export interface Facet {
  readonly label: string;
  readonly path: string;
  /** Names of filters; the facet's own name is always one. */
  readonly filters: readonly string[];
  /** Counted within each value. */
  readonly inner?: string;
  /** Other spellings of its values. */
  readonly forms?: Forms;
  /** Index fields of identifiers that a filter takes instead of a value. */
  readonly identifiers?: readonly (readonly [path: string, forms: Forms])[];
  /** If values are counted without regard to case: the field with their spelling. */
  readonly written?: string;
  /** Sorted by value, greatest first, instead of by count. */
  readonly byValue?: true;
}

/** All facets. Facet counts, `group_by` and filters read this one table. */
export const FACETS = {
  resource_type: {
    label: 'Resource types',
    path: 'resource_type.type',
    filters: ['type', 'subtype', 'resource_type.type', 'resource_type.subtype'],
    inner: 'resource_type.subtype',
  },
  access_status: { label: 'Access status', path: 'access_right', filters: ['access_right', 'access.status'], forms: accessForms },
  file_type: { label: 'File type', path: 'file_types', filters: [] },
  subject: { label: 'Subjects', path: 'topics', written: 'topics.written', filters: [] },
  publication_year: { label: 'Publication year', path: 'publication_year', filters: ['year'], byValue: true },
  license: {
    label: 'Licences',
    path: 'licenses.id',
    forms: licenceIdForms,
    filters: ['license.id', 'licenses', 'licenses.id', 'rights', 'rights.id'],
    identifiers: [['licenses.url', licenceUrlForms]],
  },
  language: { label: 'Languages', path: 'language', filters: ['languages', 'languages.id'], forms: languageForms },
  community: {
    label: 'Communities',
    path: 'communities',
    filters: ['communities', 'communities.id', 'communities.slug', 'parent.communities.slug'],
  },
  /** Not `creator`, which is a field of queries. */
  person: { label: 'Creators', path: 'creators.name.keyword', filters: [] },
  funder: {
    label: 'Funders',
    path: 'funding.funder_name.keyword',
    filters: [],
    identifiers: [
      ['funding.funder_doi', funderForms],
      ['funding.funder_ror', funderForms],
    ],
  },
  affiliation: {
    label: 'Affiliations of creators',
    path: 'creators.affiliations.name.keyword',
    filters: [],
    identifiers: [['creators.affiliations.ror', funderForms]],
  },
} as const satisfies Record<string, Facet>;

/** Name of a facet: `resource_type`, `license` … */
export type FacetName = keyof typeof FACETS;
/** The names of all facets, in the order of the table. */
export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

/** The facets of Zenodo's own replies. */
export const ZENODO_FACETS: readonly FacetName[] = ['access_status', 'file_type', 'resource_type', 'subject'];
