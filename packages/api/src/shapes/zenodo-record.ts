import { type Static, Type } from 'typebox';

const { Array: List, Object: Shape, Optional, String: Text } = Type;
const NullableText = (options: object = {}) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...options });
const Null = (description: string) => Type.Unsafe<null>({ type: 'null', description });

const Creator = {
  name: Text(),
  affiliation: NullableText({ description: 'Name of the first affiliation' }),
  orcid: Optional(Text({ description: 'Bare: 0000-0002-1825-0097' })),
  gnd: Optional(Text()),
};

const Grant = Shape({
  code: Text({ description: 'Award number' }),
  internal_id: Text({ description: 'Funder and award number: 10.13039/501100000780::101017452' }),
  funder: Shape({ name: Optional(Text()), doi: Optional(Text({ description: 'Crossref Funder ID' })), ror: Optional(Text()) }),
  title: Optional(Text()),
  acronym: Optional(Text({ description: 'Once the JSON of the source brought it, as program and doi' })),
  program: Optional(Text({ description: 'Funding programme: HORIZON.2.6' })),
  url: Optional(Text()),
  doi: Optional(Text({ description: 'Of the award' })),
});

const Named = Shape({ pid_type: Text(), pid_value: NullableText({ description: 'Null if the source does not report it' }) });
const VersionRelation = Shape({
  index: Type.Integer({ description: 'From 0, the oldest that is here' }),
  is_last: Type.Boolean(),
  count: Type.Integer({ description: 'Versions that are here' }),
  parent: Named,
  last_child: Named,
});

const Anything = (description: string) => Type.Object({}, { additionalProperties: true, description });
/** Members that only the JSON of the source fills. */
const FromJson = {
  custom: Optional(Anything('Custom fields by name: dwc:family, code:codeRepository …')),
  journal: Optional(Anything('title, volume, issue, pages, issn')),
  meeting: Optional(Anything('title, acronym, dates, place, session, session_part, url')),
  imprint: Optional(Anything('publisher, isbn, place, title, pages, edition')),
  part_of: Optional(Anything('title and pages of the book')),
  thesis: Optional(Anything('university, department, type, supervisors')),
  embargo_date: Optional(Text({ description: 'Last day of the embargo' })),
};

const Metadata = Shape({
  title: Optional(Text()),
  doi: Optional(Text()),
  publication_date: Optional(Text({ description: 'As the source wrote it: 2024, 2024-05, 2024-05-31 or an interval' })),
  description: Optional(Text({ description: 'HTML as the source sends it, if its JSON was read; else plain text' })),
  access_right: NullableText({
    description: 'open, embargoed, restricted or closed; null where the source does not say, which is not open',
  }),
  creators: List(Shape(Creator)),
  contributors: Optional(List(Shape({ ...Creator, type: Optional(Text({ description: 'contributorType of DataCite' })) }))),
  keywords: Optional(List(Text())),
  subjects: Optional(List(Shape({ term: Text(), identifier: Optional(Text()), scheme: Optional(Text()) }))),
  related_identifiers: Optional(
    List(
      Shape({
        identifier: Text(),
        relation: Optional(Text({ description: 'isCitedBy, cites …' })),
        resource_type: Optional(Text({ description: 'publication-article, dataset …' })),
        scheme: Optional(Text()),
      }),
    ),
  ),
  alternate_identifiers: Optional(List(Shape({ identifier: Text(), scheme: Optional(Text()) }))),
  references: Optional(List(Text())),
  dates: Optional(List(Shape({ type: Optional(Text()), start: Optional(Text()), end: Optional(Text()), description: Optional(Text()) }))),
  locations: Optional(List(Shape({ place: Optional(Text()), lat: Optional(Type.Number()), lon: Optional(Type.Number()) }))),
  version: Optional(Text()),
  language: Optional(Text({ description: 'ISO 639-3' })),
  resource_type: Optional(Shape({ title: Optional(Text()), type: Optional(Text()), subtype: Optional(Text()) })),
  license: Optional(Shape({ id: Text({ description: 'As the source has it: cc-by-4.0' }) })),
  communities: Optional(List(Shape({ id: Text() }))),
  grants: Optional(List(Grant)),
  relations: Optional(
    Shape({ version: List(VersionRelation) }, { description: 'The place among the versions; not in exports of a whole result' }),
  ),
  publisher: Optional(Text()),
  notes: Optional(Text()),
  method: Optional(Text()),
  ...FromJson,
});

const ZenodoFile = Shape({
  id: NullableText(),
  key: Text({ description: 'Name of the file' }),
  size: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'Bytes' }),
  checksum: NullableText({ description: 'md5:…' }),
  links: Type.Record(Text(), Text()),
});

/** A record as Zenodo's `/api/records` shows it, as far as OAI-PMH carries it. */
export const ZenodoRecord = Shape(
  {
    id: Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      description: 'Record number; for a source without such numbers its OAI identifier',
    }),
    recid: Text({ description: 'The same as text' }),
    conceptrecid: NullableText({
      description:
        'Null where the source names no concept: a record with a DOI of somebody else, or an old one. Zenodo knows it, OAI-PMH does not carry it',
    }),
    doi: Optional(Text()),
    conceptdoi: NullableText({ description: 'Null where the source names no concept' }),
    doi_url: Optional(Text()),
    title: Text(),
    created: NullableText({ description: 'When the record was made; null if only OAI-PMH has reported it' }),
    modified: NullableText({ description: 'The datestamp: when the source last changed the record' }),
    updated: NullableText({ description: 'The same as modified' }),
    metadata: Metadata,
    links: Type.Record(Text(), Text()),
    // Clients in typed languages take a list or nothing, and none takes null.
    files: Optional(
      List(ZenodoFile, {
        description: 'Left out if they were not fetched from the source, or it does not show them; links.source leads to them',
      }),
    ),
    stats: Type.Unsafe<Readonly<Record<string, number>> | null>({
      type: ['object', 'null'],
      additionalProperties: { type: 'integer' },
      description: 'Counts of all versions, and with version_ in front of this one; null if they were not fetched from the source',
    }),
    swh: Type.Unsafe<Readonly<Record<string, string>> | null>({
      type: ['object', 'null'],
      additionalProperties: { type: 'string' },
      description: 'swhid of archived software; null if only OAI-PMH has reported the record',
    }),
    owners: Null('Accounts are not public at the source'),
    facts_at: NullableText({ description: 'As of when the source sent what only its JSON has; null: not yet' }),
    revision: Type.Integer({ description: 'Of this mirror: one more with each change it saw' }),
    oai: Shape({
      id: Text(),
      first_seen: Text({ description: 'When this mirror first stored it' }),
      changed: Text({ description: 'When this mirror last saw it change' }),
    }),
    state: Text(),
    status: Text(),
    submitted: Type.Boolean(),
  },
  {
    $id: 'Record',
    description:
      'A record in the shape of Zenodo’s own API. What the source does not report is left out, or null where clients expect the member.',
  },
);
export type ZenodoRecord = Static<typeof ZenodoRecord>;

/** A page of records with the total, in Zenodo's shape. */
export const RecordPage = Shape(
  {
    hits: Shape({
      hits: List(Type.Unsafe<ZenodoRecord>({ $ref: 'Record#' })),
      total: Type.Integer({ description: 'Exact, however many' }),
    }),
    links: Shape({ self: Text(), prev: Optional(Text()), next: Optional(Text()) }),
  },
  { $id: 'RecordPage', description: 'A page of records and how many there are in all' },
);
export type RecordPage = Static<typeof RecordPage>;
