import { mapResource } from '../read/oai-datacite.ts';
import type { HeaderFacts } from '../read/header.ts';
import type { Mapped } from '../record.ts';
import { type RdmFacts, readFacts } from './facts.ts';
import { isObject, type JsonObject, lineOf, objectOf } from './json.ts';
import { communitySlugs, toResource } from './to-resource.ts';

/** The OAI-PMH header that the record has at its source. */
export interface RdmHeader extends HeaderFacts {
  /** `updated`, to the second; null if the JSON does not say. */
  readonly datestamp: string | null;
}

/** A record of InvenioRDM: what `oai_datacite` would say of it, and what only its JSON says. */
export interface MappedRdmRecord extends Mapped {
  readonly header: RdmHeader;
  readonly facts: RdmFacts;
}

/** It is no record of InvenioRDM. The message says why. */
export class NotRdmRecordError extends Error {
  override readonly name = 'NotRdmRecordError';
}

/**
 * Maps one record of InvenioRDM's JSON (`records-json.tar.gz` of Zenodo, `GET /api/records/{id}` with
 * `application/vnd.inveniordm.v1+json`, `application/json` of other sites). The metadata are those that the mapping makes of the
 * record's `oai_datacite`; unknown keys are passed over, unknown custom fields are kept among the facts.
 *
 * @param record the parsed JSON
 * @throws NotRdmRecordError if it is no object with `id`, `metadata` and a name for OAI-PMH
 */
export function mapRdmRecord(record: unknown): MappedRdmRecord {
  const header = readRdmHeader(record);
  const isZenodo = header.identifier.startsWith('oai:zenodo.org:') || header.identifier.startsWith('oai:openaire.cern.ch:');
  const wrapper = { schemaVersion: '4.5', datacentreSymbol: isZenodo ? 'CERN.ZENODO' : null };
  const json = record as JsonObject;
  return { header, facts: readFacts(json), ...mapResource(toResource(json), wrapper, header, 'never') };
}

/**
 * The header alone. The record is named as Zenodo's OAI-PMH names it, also if the JSON has no identifier for OAI-PMH.
 *
 * @throws NotRdmRecordError as mapRdmRecord does
 */
export function readRdmHeader(record: unknown): RdmHeader {
  if (!isObject(record)) throw new NotRdmRecordError('not a JSON object');
  if (!isObject(record['metadata'])) throw new NotRdmRecordError('the object has no metadata');
  return headerOf(record);
}

function headerOf(record: JsonObject): RdmHeader {
  const id = lineOf(record['id']);
  const identifier = lineOf(objectOf(objectOf(record['pids'])['oai'])['identifier']) ?? (id === null ? null : `oai:zenodo.org:${id}`);
  if (identifier === null) throw new NotRdmRecordError('the record has neither an id nor an identifier for OAI-PMH');
  const updated = lineOf(record['updated']);
  const isInstant = updated !== null && !Number.isNaN(Date.parse(updated));
  return {
    identifier,
    datestamp: isInstant ? `${new Date(updated).toISOString().slice(0, 19)}Z` : null,
    setSpecs: communitySlugs(record).map((slug) => `user-${slug}`),
  };
}
