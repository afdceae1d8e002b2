import { readableValue } from '@thresher/datacite';
import type { JsonFacts, StoredRecordView } from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { withTold } from '../shapes/files-and-stats.ts';
import { lookUp } from '../lookup/look-up.ts';
import { awardOf } from '../shapes/told-awards.ts';
import { sanitiseHtml } from './sanitise-html.ts';

const Nullable = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** What the record page shows in addition to the record itself. */
const RecordExtras = Type.Object({
  /** Sanitised. */
  description_html: Nullable,
  facts_at: Nullable,
  stats_at: Nullable,
  languages: Type.Array(Type.String()),
  /** What JSON says of the award of each funding reference of the record, in their order; null: nothing. */
  awards: Type.Array(Type.Union([Type.Null(), Type.Object({ acronym: Nullable, program: Nullable, title: Nullable, url: Nullable })])),
  references: Type.Array(Type.Object({ reference: Type.String(), identifier: Nullable, scheme: Nullable })),
  /** The members of `journal:journal`, `imprint:imprint`, `meeting:meeting` and `thesis:thesis` that are texts. */
  appeared: Type.Array(Type.Object({ as: Type.String(), members: Type.Record(Type.String(), Type.String()) })),
  /** Values of Darwin Core fields at the same places of their lists. */
  taxa: Type.Array(Type.Record(Type.String(), Type.String())),
  custom_fields: Type.Array(Type.Object({ field: Type.String(), values: Type.Array(Type.String()) })),
});
export type RecordExtras = Static<typeof RecordExtras>;

/** `/page-data/records/{id}`: for the web page only, so no part of the API. */
export function addRecordExtrasRoute(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  const schema = { hide: true, params: Type.Object({ id: Type.String() }), response: { 200: RecordExtras } };
  app.get('/page-data/records/:id', { schema }, async (request) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const [one] = await withTold(db, [record]);
    return toRecordExtras(record, one!.told.facts);
  });
}

const TAXON = [
  'kingdom',
  'phylum',
  'class',
  'order',
  'family',
  'genus',
  'specificEpithet',
  'scientificName',
  'scientificNameAuthorship',
  'taxonRank',
];
const APPEARED = ['journal:journal', 'imprint:imprint', 'meeting:meeting', 'thesis:thesis'];

/** Pure. `facts`: null if only OAI-PMH has described the record. */
function toRecordExtras({ fetched, metadata }: Pick<StoredRecordView, 'fetched' | 'metadata'>, facts: JsonFacts | null): RecordExtras {
  const fields = Object.entries(facts?.customFields ?? {});
  const html = facts?.descriptionHtml ?? null;
  const others = fields.filter(([field]) => !isTaxon(field) && !APPEARED.includes(field));
  return {
    description_html: html === null ? null : sanitiseHtml(html),
    facts_at: facts?.asOf ?? null,
    stats_at: fetched?.status === 200 ? fetched.fetchedAt.toISOString() : null,
    languages: [...(facts?.languages ?? [])],
    awards: (metadata?.fundingReferences ?? []).map((funding) => {
      const award = awardOf(funding, facts);
      return award && { acronym: award.acronym, program: award.program, title: award.title, url: award.url };
    }),
    references: [...(facts?.references ?? [])],
    appeared: fields
      .filter(([field]) => APPEARED.includes(field))
      .flatMap(([field, values]) => values.map((json) => ({ as: field.split(':')[0]!, members: textsOf(json) }))),
    taxa: taxaOf(fields.filter(([field]) => isTaxon(field))),
    custom_fields: others.map(([field, values]) => ({ field, values: values.map((json) => readableValue(json) ?? JSON.stringify(json)) })),
  };
}

const isTaxon = (field: string): boolean => field.startsWith('dwc:') && TAXON.includes(field.slice(4));

/** Values at the same place of their lists belong to the same organism. */
function taxaOf(fields: readonly (readonly [string, readonly unknown[]])[]): Record<string, string>[] {
  const count = Math.max(0, ...fields.map(([, values]) => values.length));
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(
      fields.flatMap(([field, values]) => (place < values.length ? [[field.slice(4), readableValue(values[place]) ?? '']] : [])),
    ),
  );
}

function textsOf(json: unknown): Record<string, string> {
  const members = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === 'string' && member[1] !== ''));
}
