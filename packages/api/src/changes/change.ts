import { CHANGE_TYPES } from '@thresher/store/changes';
import { type Static, Type } from 'typebox';

const NullableText = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });

/** One change of a record in this database. */
export const Change = Type.Object(
  {
    type: Type.Unsafe<(typeof CHANGE_TYPES)[number]>({
      type: 'string',
      enum: [...CHANGE_TYPES],
      description: 'joined and left are of a community; restored: it was deleted and is there again',
    }),
    community: NullableText('Slug, of joined and left'),
    paths: Type.Array(Type.String(), {
      description: 'What an update changed, as paths into the normalised record: title, creators/0/orcid',
    }),
    at: Type.String({ description: 'When this mirror saw it, to the microsecond' }),
    cursor: Type.String({ description: 'since=… with this continues after it' }),
    record: Type.Object({
      oai_identifier: Type.String(),
      recid: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
      doi: NullableText('Without resolver'),
      title: NullableText('The present one; null for a tombstone'),
      source: Type.String({ description: 'Name of the source' }),
      link: Type.String(),
    }),
  },
  { $id: 'Change', description: 'Something that happened to a record' },
);
export type Change = Static<typeof Change>;

export const ChangePage = Type.Object(
  {
    changes: Type.Array(Type.Unsafe<Change>({ $ref: 'Change#' })),
    cursor: Type.String({ description: 'Go on with since=… from here, now or tomorrow' }),
    more: Type.Boolean({ description: 'True: there are further ones already' }),
    settled_until: Type.String({ description: 'All that happened before this instant is on this page and those before and after it' }),
    links: Type.Object({ self: Type.String(), next: Type.String() }),
  },
  { $id: 'ChangePage', description: 'Changes in the order in which they happened' },
);
export type ChangePage = Static<typeof ChangePage>;
