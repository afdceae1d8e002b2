import { mapMetadata, readFacts } from '@thresher/datacite';
import { createOaiClient, parseDatestamp } from '@thresher/oai';
import { createRepository, createSim, createTransport, handle, type Repository, type Sim } from '@thresher/oai-sim';
import type { Db } from '@thresher/store/database';
import { saveSource } from '@thresher/store/harvest';
import { refreshAnalytics } from '@thresher/store/read';
import { deleteRecords, type HarvestedRecord, writeFacts, writeRecords } from '@thresher/store/write';

/** Records of the sample that the studies show. */
export const sampleSize = 4_000;

/** An instant after the youngest record of the simulator. */
const later = Date.parse('2026-09-15T00:00:00Z');

/**
 * Fills an empty database with the simulator's records, always the same ones: 4,000, of which 40 are then announced as
 * deleted and 20 are found to be gone otherwise. Files, statistics and the like come by the REST API.
 */
export async function loadSample(db: Db): Promise<void> {
  const repository = createRepository({ seed: 1, size: sampleSize, communities: 30, deletedRecord: 'persistent' });
  const { id: sourceId } = await saveSource(db, {
    name: 'sample',
    base_url: 'http://sample.invalid/oai2d',
    metadata_prefix: 'oai_datacite',
    settings: {},
  });
  const sim = createSim({ repository });
  const transport = createTransport(sim, () => later);
  await using client = createOaiClient({ baseURL: 'http://sample.invalid/oai2d', userAgent: 'sample', transport });
  let pageId = 0;
  const fetchSince = async (from?: string): Promise<void> => {
    for await (const { page } of client.listPages({
      verb: 'ListRecords',
      metadataPrefix: 'oai_datacite',
      ...(from === undefined ? {} : { from }),
    })) {
      const records = page.records.map(({ header, metadata }): HarvestedRecord => ({
        header,
        datestamp: parseDatestamp(header.datestamp),
        ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)),
      }));
      await writeRecords(db, { sourceId, pageId: ++pageId, records });
    }
  };
  await fetchSince();
  repository.vanish(everyHundredth(repository), later);
  await fetchSince(new Date(later).toISOString().slice(0, 10));
  await vanishUnannounced(db, sourceId);
  await addFacts(db, sourceId, sim);
  await refreshAnalytics(db, { force: true });
}

/** What the REST API says of the records in InvenioRDM's form, as `enrich` asks for it. */
async function addFacts(db: Db, sourceId: number, sim: Sim): Promise<void> {
  const records = await db.selectFrom('record').select(['recid', 'oai_identifier']).where('deleted', '=', false).orderBy('recid').execute();
  const identifiers = new Map(records.map((it) => [String(it.recid), it.oai_identifier]));
  const recids = [...identifiers.keys()];
  for (let start = 0; start < recids.length; start += 500) {
    const facts = [];
    for (let from = start; from < start + 500; from += 25)
      for (const hit of searchRest(sim, recids.slice(from, from + 25)))
        facts.push({ oaiIdentifier: identifiers.get(String(hit['id']))!, facts: readFacts(hit) });
    await writeFacts(db, sourceId, facts, new Date(later));
  }
}

function searchRest(sim: Sim, recids: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  if (recids.length === 0) return [];
  const url = `/api/records?q=recid:(${recids.join('+OR+')})&all_versions=true&size=25`;
  const headers = { host: 'sample.invalid', accept: 'application/vnd.inveniordm.v1+json' };
  const { body } = handle({ method: 'GET', url, headers, address: '127.0.0.1' }, sim, later);
  return (JSON.parse(Buffer.from(body).toString()) as { hits: { hits: Readonly<Record<string, unknown>>[] } }).hits.hits;
}

function everyHundredth(repository: Repository): string[] {
  return [...repository.ledger()].map((entry) => entry.identifier).filter((_, n) => n % 100 === 7);
}

async function vanishUnannounced(db: Db, sourceId: number): Promise<void> {
  const gone = await db.selectFrom('record').select(['id', 'recid']).where('deleted', '=', false).orderBy('recid').limit(2_000).execute();
  const deletions = gone
    .filter((_, n) => n % 100 === 50)
    .map(({ id }, n) => ({ recordId: id, reason: n % 4 === 0 ? 'deleted-records file: spam' : 'missing from two complete harvests' }));
  await deleteRecords(db, sourceId, deletions);
}
