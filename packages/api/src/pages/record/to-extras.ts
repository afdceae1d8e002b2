import { readableValue } from '@thresher/datacite';
import type { AwardFacts, JsonFacts, StoredRecordView } from '@thresher/store/read';
import { awardOf } from '../../shapes/award-facts.ts';

/** What the record page shows in addition to the normalised record. */
export interface RecordExtras {
  /** As the source sent it, so to be sanitised. */
  readonly descriptionHtml: string | null;
  /** When the statistics were read, ISO 8601. */
  readonly statsAt: string | null;
  /** ISO 639-3, all of them. */
  readonly languages: readonly string[];
  /** What JSON says of the award of each funding reference of the record, in their order; null: nothing. */
  readonly awards: readonly (Pick<AwardFacts, 'acronym' | 'program' | 'title' | 'url'> | null)[];
  readonly references: JsonFacts['references'];
  /** The members of `journal:journal`, `imprint:imprint`, `meeting:meeting` and `thesis:thesis` that are texts. */
  readonly appeared: readonly { readonly as: string; readonly members: Readonly<Record<string, string>> }[];
  /** Values of Darwin Core fields at the same places of their lists. */
  readonly taxa: readonly Readonly<Record<string, string>>[];
  readonly customFields: readonly { readonly field: string; readonly values: readonly string[] }[];
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
export function toExtras({ fetched, metadata }: Pick<StoredRecordView, 'fetched' | 'metadata'>, facts: JsonFacts | null): RecordExtras {
  const fields = Object.entries(facts?.customFields ?? {});
  const others = fields.filter(([field]) => !isTaxon(field) && !APPEARED.includes(field));
  return {
    descriptionHtml: facts?.descriptionHtml ?? null,
    statsAt: fetched?.status === 200 ? fetched.fetchedAt.toISOString() : null,
    languages: facts?.languages ?? [],
    awards: (metadata?.fundingReferences ?? []).map((funding) => awardOf(funding, facts) ?? null),
    references: facts?.references ?? [],
    appeared: fields
      .filter(([field]) => APPEARED.includes(field))
      .flatMap(([field, values]) => values.map((json) => ({ as: field.split(':')[0]!, members: textsOf(json) }))),
    taxa: taxaOf(fields.filter(([field]) => isTaxon(field))),
    customFields: others.map(([field, values]) => ({ field, values: values.map((json) => readableValue(json) ?? JSON.stringify(json)) })),
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
