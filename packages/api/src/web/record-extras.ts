import { readRecordPageFacts, type RecordPageFacts } from '@thresher/store';
import { type Static, Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { lookUp } from '../records/look-up.ts';
import { sanitiseHtml } from './sanitise-html.ts';

const Nullable = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** What the record page shows in addition to the record itself. */
const RecordExtras = Type.Object({
  /** Sanitised. */
  description_html: Nullable,
  facts_at: Nullable,
  stats_at: Nullable,
  languages: Type.Array(Type.String()),
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
    return toRecordExtras((await readRecordPageFacts(db, record.recordId)) ?? NOTHING);
  });
}

const NOTHING: RecordPageFacts = { factsAt: null, statsAt: null, descriptionHtml: null, languages: [], references: [], customFields: [] };

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

/** Pure. */
export function toRecordExtras(facts: RecordPageFacts): RecordExtras {
  const { customFields: all } = facts;
  const isTaxon = ({ field }: (typeof all)[number]): boolean => field.startsWith('dwc:') && TAXON.includes(field.slice(4));
  const others = all.filter((one) => !isTaxon(one) && !APPEARED.includes(one.field));
  return {
    description_html: facts.descriptionHtml === null ? null : sanitiseHtml(facts.descriptionHtml),
    facts_at: facts.factsAt,
    stats_at: facts.statsAt,
    languages: [...facts.languages],
    references: [...facts.references],
    appeared: all
      .filter(({ field }) => APPEARED.includes(field))
      .map(({ field, json }) => ({ as: field.split(':')[0]!, members: textsOf(json) })),
    taxa: [...Map.groupBy(all.filter(isTaxon), ({ position }) => position)]
      .toSorted(([a], [b]) => a - b)
      .map(([, some]) => Object.fromEntries(some.map(({ field, value }) => [field.slice(4), value ?? '']))),
    custom_fields: [...Map.groupBy(others, ({ field }) => field)].map(([field, some]) => ({
      field,
      values: some.map(({ value, json }) => value ?? JSON.stringify(json)),
    })),
  };
}

function textsOf(json: unknown): Record<string, string> {
  const members = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === 'string' && member[1] !== ''));
}
