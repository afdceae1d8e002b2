import { mapMetadata } from '@thresher/datacite';
import { createOaiClient, parseDatestamp } from '@thresher/oai';
import { createRepository, createSim, createTransport, type Repository } from '@thresher/oai-sim';
import { type Db, deleteRecords, type HarvestedRecord, refreshAnalytics, saveSource, writeRecords } from '@thresher/store';

/** Records of the sample that the studies show. */
export const sampleSize = 4_000;

/** An instant after the youngest record of the simulator. */
const later = Date.parse('2026-09-15T00:00:00Z');

/**
 * Fills an empty database with the simulator's records, always the same ones: 4,000, of which 40 are then announced as
 * deleted and 20 are found to be gone otherwise.
 */
export async function loadSample(db: Db): Promise<void> {
  const repository = createRepository({ seed: 1, size: sampleSize, communities: 30, deletedRecord: 'persistent' });
  const { id: sourceId } = await saveSource(db, {
    name: 'sample',
    base_url: 'http://sample.invalid/oai2d',
    metadata_prefix: 'oai_datacite',
    settings: {},
  });
  const transport = createTransport(createSim({ repository }), () => later);
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
  await refreshAnalytics(db, { force: true });
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
