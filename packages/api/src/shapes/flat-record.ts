import { Type } from 'typebox';

const NullableText = (description?: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...(description !== undefined && { description }) });
const Objects = (description: string) => Type.Array(Type.Object({}, { additionalProperties: true }), { description });
const Texts = Type.Array(Type.String());

const Person = {
  '@type': Type.String(),
  name: Type.String(),
  given_name: NullableText(),
  family_name: NullableText(),
  orcid: NullableText('Bare'),
  affiliations: Type.Array(Type.Object({ '@type': Type.String(), name: NullableText(), ror: NullableText('Bare') })),
};

/** One record, flat. */
export const FlatRecord = Type.Object(
  {
    '@type': Type.String({ description: 'Always @zenodo_record' }),
    id: Type.Unsafe<number | string>({ type: ['integer', 'string'], description: 'Record number, else the OAI identifier' }),
    url: Type.String(),
    doi: NullableText('Without resolver'),
    doi_url: NullableText(),
    concept_doi: NullableText('The DOI of all versions'),
    concept_recid: NullableText(),
    swhid: NullableText('Software Heritage identifier'),
    title: NullableText(),
    description: NullableText('As in the record'),
    publication_date: NullableText('As the source wrote it'),
    access_right: NullableText('open, embargoed, restricted or closed; null where the source does not say'),
    version: NullableText(),
    language: NullableText('ISO 639-3'),
    license: NullableText(),
    notes: NullableText(),
    state: Type.String(),
    status: Type.String(),
    created_at: NullableText('Null if only OAI-PMH has reported it'),
    updated_at: NullableText('When the source last changed it'),
    resource_type: Type.Object({ '@type': Type.String(), type: NullableText(), subtype: NullableText(), title: NullableText() }),
    creators: Type.Array(Type.Object(Person)),
    contributors: Type.Array(Type.Object({ ...Person, type: NullableText('contributorType of DataCite') })),
    keywords: Texts,
    subjects: Objects('Terms of vocabularies, as in the record'),
    communities: Type.Array(Type.String(), { description: 'Slugs' }),
    grants: Objects('As in the record'),
    related_identifiers: Objects('As in the record'),
    references: Texts,
    dates: Objects('As in the record'),
    files: Type.Unsafe<object[] | null>({
      type: ['array', 'null'],
      items: { type: 'object', additionalProperties: true },
      description: 'Null if they were not fetched',
    }),
    stats: Type.Object(
      { '@type': Type.String() },
      { additionalProperties: true, description: 'Counts, each null if they were not fetched' },
    ),
    ...Object.fromEntries(
      ['custom', 'journal', 'meeting', 'imprint', 'thesis'].map((name) => [
        name,
        Type.Unsafe<object | null>({ type: ['object', 'null'], additionalProperties: true, description: 'As in the record' }),
      ]),
    ),
    is_latest_version: Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] }),
    version_index: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'From 1, the oldest that is here' }),
  },
  { $id: 'FlatRecord', description: 'A record with every member there: null where the source cannot know' },
);

/** What a list of references is made from. */
export const Extract = Type.Object(
  {
    doi: NullableText('Without resolver'),
    url: Type.String(),
    date: NullableText('Of publication'),
    lang: NullableText('ISO 639-3'),
    title: NullableText(),
    source: NullableText('Publisher'),
    authors: Texts,
    abstract: NullableText('Plain text'),
    keywords: Texts,
    download_link: NullableText('The first file where files were fetched, else the page at the source'),
  },
  { $id: 'Extract', description: 'The few facts that most want' },
);

const Anything = (description: string) => Type.Object({}, { additionalProperties: true, description });

/** The form of InvenioRDM's own API. */
export const RdmRecord = Type.Object(
  {
    id: Type.String(),
    parent: Anything('What all versions share: id, communities, concept DOI'),
    pids: Anything('doi and oai'),
    metadata: Anything('As in InvenioRDM’s metadata reference, as far as OAI-PMH carries it'),
    access: Anything('status is about the files; null where the source does not say'),
    versions: Anything('index and is_latest'),
  },
  { $id: 'RdmRecord', additionalProperties: true, description: 'A record in the form of InvenioRDM’s own API' },
);
