import { Type, type Static } from 'typebox';
import { Extract, FlatRecord, RdmRecord } from '../shapes/flat-record.ts';
import { ref } from '../http/schema-ref.ts';
import { ZenodoRecord } from '../shapes/zenodo-record.ts';

const { Array: List, Object: Shape, Optional, String: Text } = Type;

const Pieces = (what: string) => Optional(List(Text({ description: `${what}, as HTML whose only element is mark` })));

/** A record in a list. `select` leaves members out, `highlight` adds the context of the words. */
export const SearchHit = Type.Partial(
  Shape({
    ...ZenodoRecord.properties,
    metadata: Type.Partial(ZenodoRecord.properties.metadata),
    highlights: Optional(
      Shape({
        title: Pieces('The title'),
        creators: Pieces('Names'),
        keywords: Pieces('Keywords'),
        description: Pieces('A piece of the description'),
      }),
    ),
  }),
  { $id: 'SearchHit', description: 'A record as /api/records/{id} shows it; all of it unless select names some members' },
);
export type SearchHit = Static<typeof SearchHit>;

const bucket = {
  key: Text({ description: 'What the parameter of the facet’s name takes' }),
  doc_count: Type.Integer(),
  label: Text(),
  is_selected: Type.Boolean(),
};
const Bucket = Shape({ ...bucket, inner: Optional(Shape({ buckets: List(Shape(bucket)) })) });
const Counts = Shape({ label: Text(), buckets: List(Bucket) });

const others = {
  other_doc_count: Type.Integer({ description: 'Sum of the counts of values that are left out; 0 if all values are listed' }),
};
const InnerGroups = Shape({ label: Text(), ...others, buckets: List(Shape(bucket)) });
const Groups = Shape({
  label: Text(),
  ...others,
  buckets: List(
    Shape({
      ...Bucket.properties,
      group_by: Optional(
        Type.Union([InnerGroups], { description: 'With two facets: the values of the second among the records of this value' }),
      ),
    }),
  ),
});

/** A page of hits in Zenodo's shape, with what Zenodo has not. */
export const SearchPage = Shape(
  {
    hits: Shape({
      hits: List(Type.Unsafe<SearchHit>({ anyOf: [ref(SearchHit), ref(FlatRecord), ref(Extract), ref(RdmRecord)] })),
      total: Type.Integer({ description: 'Exact, however many' }),
    }),
    aggregations: Optional(
      Type.Record(Text(), Counts, { description: 'Counts by facet. A choice in a facet narrows the others down, not its own' }),
    ),
    group_by: Optional(Type.Union([Groups], { description: 'The values of the facet that group_by names' })),
    spelling: Optional(
      Shape(
        {
          near: Type.Boolean({ description: 'No record has the words as they are written: the hits have words that are spelt nearly so' }),
          did_you_mean: Optional(Shape({ q: Text(), total: Type.Integer({ description: 'How many records it finds' }) })),
        },
        { description: 'Where little is found' },
      ),
    ),
    warnings: Optional(
      List(Shape({ parameter: Text(), detail: Text() }), {
        description:
          'What was answered otherwise than asked: a query that does not parse, a slip in the name of a parameter, a size that was clipped, a table of group_by that was cut',
      }),
    ),
    next_cursor: Optional(
      Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'With cursor: for the next page; null on the last' }),
    ),
    links: Shape({ self: Text(), prev: Optional(Text()), next: Optional(Text()) }),
  },
  { $id: 'SearchPage', description: 'A page of records, how many there are in all, and their counts by facet' },
);
export type SearchPage = Static<typeof SearchPage>;
