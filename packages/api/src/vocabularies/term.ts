import type { Term as StoredTerm, Vocabulary } from '@thresher/store/read';
import { funderDoiOf, funderRorOf } from '../terms/funder-dois.ts';
import { toAwardIdentifier } from '../shapes/to-rdm-record.ts';
import { type FixedTerm, knownTerm, tagsOf } from '../terms/fixed-terms.ts';
import { type Static, Type } from 'typebox';

const Identifier = Type.Object({ identifier: Type.String(), scheme: Type.String() });

const Nullable = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** A term of a vocabulary, in InvenioRDM's shape as far as records tell. */
export const Term = Type.Object(
  {
    id: Type.String({ description: 'Identifier where it has one (ROR, ORCID …), else its name' }),
    type: Type.String({ description: 'The vocabulary' }),
    title: Type.Object({ en: Type.String({ description: 'The name that most records give it, whatever its language' }) }),
    name: Type.String({ description: 'The same, where clients of names, funders and affiliations look for it' }),
    scheme: Type.Optional(Type.String()),
    identifiers: Type.Optional(Type.Array(Identifier)),
    subject: Type.Optional(Type.String()),
    number: Type.Optional(Type.String({ description: 'Of an award' })),
    funder: Type.Optional(Type.Object({ id: Nullable, name: Type.String() })),
    acronym: Type.Optional(Nullable),
    program: Type.Optional(Nullable),
    start_date: Type.Optional(Nullable),
    end_date: Type.Optional(Nullable),
    country: Type.Optional(Nullable),
    country_name: Type.Optional(Nullable),
    location_name: Type.Optional(Nullable),
    status: Type.Optional(Nullable),
    types: Type.Optional(Type.Array(Type.String())),
    affiliations: Type.Optional(Type.Array(Type.Object({}), { description: 'Empty: those of records are in the records' })),
    given_name: Type.Optional(Type.String()),
    family_name: Type.Optional(Type.String()),
    props: Type.Optional(Type.Record(Type.String(), Type.String())),
    created: Type.Null({ description: 'The source does not report it' }),
    updated: Type.Null({ description: 'The source does not report it' }),
    revision_id: Type.Null({ description: 'The source does not report it' }),
    description: Type.Object({ en: Type.String({ description: 'Empty: the source does not report it' }) }),
    tags: Type.Array(Type.String()),
    icon: Type.Null({ description: 'The source does not report it' }),
    metadata: Type.Optional(
      Type.Object(
        { id: Type.String(), title: Type.String(), url: Nullable },
        { description: 'Of a licence, in the form that Zenodo documents' },
      ),
    ),
    records: Type.Integer({ description: 'Records here that use it, as of the last run' }),
    links: Type.Object({ self: Type.String() }),
  },
  { $id: 'Term', description: 'A term that harvested records use' },
);
export type Term = Static<typeof Term>;

export const TermPage = Type.Object(
  {
    hits: Type.Object({
      hits: Type.Array(Type.Unsafe<Term>({ $ref: 'Term#' })),
      total: Type.Integer({ description: 'No more than 10,000 are counted' }),
    }),
    warnings: Type.Optional(Type.Array(Type.Object({ parameter: Type.String(), detail: Type.String() }))),
    links: Type.Object({ self: Type.String(), prev: Type.Optional(Type.String()), next: Type.Optional(Type.String()) }),
  },
  { $id: 'TermPage', description: 'Terms, the most used first' },
);

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** `path` is that of its vocabulary. Pure. */
export function toTerm(vocabulary: Vocabulary, term: StoredTerm, path: string): Term {
  const known = knownTerm(vocabulary, term.id);
  const name = vocabulary === 'languages' ? (languageName(term.id) ?? term.title) : (known?.title ?? term.title);
  return {
    id: term.id,
    type: vocabulary,
    title: { en: name },
    name,
    ...details(vocabulary, term),
    ...UNKNOWN,
    tags: vocabulary === 'licenses' ? tagsOf(term.id) : [...(known?.tags ?? [])],
    ...(vocabulary === 'licenses' && { metadata: { id: term.id, title: name, url: term.details?.['url'] ?? null } }),
    records: term.records,
    links: { self: `${path}/${encodeURIComponent(term.id)}` },
  };
}

const UNKNOWN = { created: null, updated: null, revision_id: null, description: { en: '' }, icon: null } as const;

/** A fixed term, whether or not a record uses it. `path` is that of its vocabulary. Pure. */
export function toFixedTerm(vocabulary: string, { id, title, props, tags = [] }: FixedTerm, path: string): Term {
  return {
    id,
    type: vocabulary,
    title: { en: title },
    name: title,
    ...(props !== undefined && { props: { ...props } }),
    ...UNKNOWN,
    tags: [...tags],
    ...(vocabulary === 'licenses' && { metadata: { id, title, url: props?.['url'] ?? null } }),
    records: 0,
    links: { self: `${path}/${encodeURIComponent(id)}` },
  };
}

/** Members that InvenioRDM takes from ROR and CORDIS, and records do not contain. */
const NOT_IN_RECORDS = {
  awards: { start_date: null, end_date: null },
  organisations: { acronym: null, country: null, country_name: null, location_name: null, status: null, types: [] },
};

function funderOf(award: string): string | null {
  return /^(.+?)::/s.exec(award)?.[1] ?? null;
}

/** The other identifier too, for the funders that Zenodo knows by both. */
function funderIdentifiers(id: string, scheme: string | null): { identifier: string; scheme: string }[] {
  const named = { funderDoi: id.startsWith('10.') ? id : null, funderRor: scheme === 'ror' ? id : null };
  const [ror, doi] = [funderRorOf(named), funderDoiOf(named)];
  return [...(ror === null ? [] : [{ identifier: ror, scheme: 'ror' }]), ...(doi === null ? [] : [{ identifier: doi, scheme: 'doi' }])];
}

function details(vocabulary: Vocabulary, { id, title, scheme, details: said, acronym = null, program = null }: StoredTerm): Partial<Term> {
  const text = (name: string): Record<string, string> => (said?.[name] ? { [name]: said[name] } : {});
  switch (vocabulary) {
    case 'resourcetypes':
      return { props: { ...knownTerm(vocabulary, id)?.props } };
    case 'subjects':
      return { subject: title, ...(scheme !== null && { scheme }) };
    case 'licenses':
      return { props: { ...text('url'), ...text('spdx'), ...(scheme !== null && { scheme }) } };
    case 'awards':
      return {
        ...text('number'),
        ...(said?.['funder'] && { funder: { id: funderOf(id), name: said['funder'] } }),
        identifiers: said?.['url'] ? [toAwardIdentifier(said['url'])] : [],
        acronym,
        program,
        ...NOT_IN_RECORDS.awards,
      };
    case 'names':
      return { identifiers: [{ identifier: id, scheme: 'orcid' }], ...text('given_name'), ...text('family_name'), affiliations: [] };
    case 'funders':
      return { identifiers: funderIdentifiers(id, scheme), ...NOT_IN_RECORDS.organisations };
    case 'affiliations':
      return { identifiers: scheme === null ? [] : [{ identifier: id, scheme }], ...NOT_IN_RECORDS.organisations };
    default:
      return {};
  }
}

function languageName(code: string): string | undefined {
  try {
    return languageNames.of(code);
  } catch {
    return undefined;
  }
}
