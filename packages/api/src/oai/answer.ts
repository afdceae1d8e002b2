import { xmlTag, xmlTextTag } from '@thresher/datacite';
import type { Db, Micros } from '@thresher/store/database';
import { listSources } from '@thresher/store/harvest';
import {
  countProvided,
  earliestProvided,
  findProvided,
  listProvided,
  listSetSpecs,
  listSubsets,
  type ProvidedParts,
  type ProvidedRecord,
} from '@thresher/store/read';
import { METADATA_FORMATS, type MetadataPrefix } from './formats.ts';
import { OaiFault } from './oai-error.ts';
import type { OaiRequest } from './request.ts';
import { type ListPlace, type ListVerb, type SetsPlace, writeListToken, writeSetsToken } from './token.ts';
import { headerXml, recordXml, tokenXml, utcSecond } from './write-xml.ts';

/** Records per page. Measured: the statement costs little compared to the records, so a larger page is not faster per record. */
const RECORDS = 200;
const HEADERS = 1_000;
const SETS = 500;
/** completeListSize is optional, and is not worth more time than this. */
const COUNTING_MS = 10_000;

/** This repository. */
export interface Provider {
  readonly db: Db;
  readonly baseURL: string;
  /** Shown by Identify. */
  readonly adminEmail: string;
}

/**
 * The XML of an answer, about records that changed before the instant. Throws `OaiFault`, and what Postgres throws.
 */
export async function answerOai(provider: Provider, request: OaiRequest, settled: Micros): Promise<string> {
  switch (request.verb) {
    case 'Identify':
      return identify(provider, settled);
    case 'ListMetadataFormats':
      return listMetadataFormats(provider.db, request.identifier);
    case 'ListSets':
      return listSets(provider.db, request.resumptionToken);
    case 'GetRecord':
      return getRecord(provider.db, request.identifier, request.metadataPrefix);
    case 'ListRecords':
    case 'ListIdentifiers':
      return listPage(provider.db, request.verb, request.resumptionToken ?? (await openList(provider.db, request, settled)));
  }
}

async function identify({ db, baseURL, adminEmail }: Provider, settled: Micros): Promise<string> {
  const [sources, earliest] = await Promise.all([listSources(db), earliestProvided(db)]);
  const names = sources.map((source) => source.repository_name ?? source.name);
  const inner = [
    xmlTextTag('repositoryName', names.length === 0 ? 'Thresher' : `Thresher: a mirror of ${names.join(', ')}`),
    xmlTextTag('baseURL', baseURL),
    xmlTextTag('protocolVersion', '2.0'),
    xmlTextTag('adminEmail', adminEmail),
    xmlTextTag('earliestDatestamp', utcSecond((earliest ?? settled) / 1000)),
    xmlTextTag('deletedRecord', 'persistent'),
    xmlTextTag('granularity', 'YYYY-MM-DDThh:mm:ssZ'),
  ];
  return xmlTag('Identify', {}, inner.join(''));
}

async function listMetadataFormats(db: Db, identifier: string | null): Promise<string> {
  if (identifier !== null && (await findItem(db, identifier, { withMetadata: false, withFiles: false })).deleted)
    throw new OaiFault('noMetadataFormats', 'the record was deleted: it has no metadata any more');
  const formats = Object.entries(METADATA_FORMATS).map(([metadataPrefix, { schema, metadataNamespace }]) =>
    xmlTag(
      'metadataFormat',
      {},
      xmlTextTag('metadataPrefix', metadataPrefix) + xmlTextTag('schema', schema) + xmlTextTag('metadataNamespace', metadataNamespace),
    ),
  );
  return xmlTag('ListMetadataFormats', {}, formats.join(''));
}

/** Without the number of all sets, since counting takes as long as reading them. */
async function listSets(db: Db, token: SetsPlace | null): Promise<string> {
  const { after, cursor } = token ?? { after: null, cursor: 0 };
  const specs = await listSetSpecs(db, after, SETS + 1);
  // The schema wants one set at least; a token may have been overtaken by the sets leaving.
  if (specs.length === 0) return endOfSets(after);
  const shown = specs.slice(0, SETS);
  const value = specs.length > SETS ? writeSetsToken({ after: shown.at(-1)!, cursor: cursor + shown.length }) : null;
  const sets = shown.map((setSpec) => xmlTag('set', {}, xmlTextTag('setSpec', setSpec) + xmlTextTag('setName', setName(setSpec))));
  return xmlTag('ListSets', {}, sets.join('') + tokenXml({ value, cursor, completeListSize: null }));
}

function endOfSets(after: string | null): never {
  if (after === null) throw new OaiFault('noRecordsMatch', 'there are no sets here yet: nothing was harvested that belongs to one');
  throw new OaiFault('badResumptionToken', 'the sets that were left are gone: begin the list again');
}

/** The names of sets are not harvested: the slug is what there is. */
function setName(setSpec: string): string {
  return setSpec.replace(/^user-(?=.)/, '');
}

async function getRecord(db: Db, identifier: string, metadataPrefix: MetadataPrefix): Promise<string> {
  const { withFiles } = METADATA_FORMATS[metadataPrefix];
  return xmlTag('GetRecord', {}, recordXml(await findItem(db, identifier, { withMetadata: true, withFiles }), metadataPrefix));
}

async function findItem(db: Db, identifier: string, parts: ProvidedParts): Promise<ProvidedRecord> {
  const record = identifier.includes('\u0000') ? null : await findProvided(db, identifier, parts);
  if (record === null) throw new OaiFault('idDoesNotExist', 'there is no record of that identifier here');
  return record;
}

type Opening = Extract<OaiRequest, { readonly resumptionToken: null; readonly verb: ListVerb }>;

/** Records that change during the walk move beyond its end and are in the next one. */
async function openList(db: Db, request: Opening, settled: Micros): Promise<ListPlace> {
  const { metadataPrefix, from, until, set } = request;
  const selection = {
    from: from === null ? null : from * 1000,
    until: until === null ? settled : Math.min(until * 1000, settled),
    setSpecs: await specsOf(db, set),
  };
  // No record has an instant in the future or before 1970.
  const isEmpty = selection.until <= Math.max(selection.from ?? 0, 0);
  const completeListSize = isEmpty ? 0 : await countProvided(db, selection, COUNTING_MS);
  if (completeListSize === 0) throw new OaiFault('noRecordsMatch', 'no record has changed here within these bounds, or in this set');
  const { setSpecs: _, ...bounds } = selection;
  return { verb: request.verb, metadataPrefix, ...bounds, set, after: { changedAt: 0, recordId: 0 }, cursor: 0, completeListSize };
}

async function specsOf(db: Db, set: string | null): Promise<string[] | null> {
  return set === null ? null : [set, ...(await listSubsets(db, set))];
}

async function listPage(db: Db, verb: ListVerb, place: ListPlace): Promise<string> {
  const withMetadata = verb === 'ListRecords';
  const withFiles = withMetadata && METADATA_FORMATS[place.metadataPrefix].withFiles;
  const size = withMetadata ? RECORDS : HEADERS;
  const records = await listProvided(db, { ...place, setSpecs: await specsOf(db, place.set), limit: size + 1, withMetadata, withFiles });
  if (records.length === 0)
    throw new OaiFault(
      'badResumptionToken',
      'what was left of this list has changed since: begin a new one, from the responseDate of its first answer',
    );
  const shown = records.slice(0, size);
  const { changedAt, recordId } = shown.at(-1)!;
  const next = { ...place, after: { changedAt, recordId }, cursor: place.cursor + shown.length };
  const items = withMetadata ? shown.map((record) => recordXml(record, place.metadataPrefix)) : shown.map(headerXml);
  const value = records.length > size ? writeListToken(next) : null;
  return xmlTag(verb, {}, items.join('') + tokenXml({ value, cursor: place.cursor, completeListSize: place.completeListSize }));
}
