import { mapMetadata } from '@thresher/datacite';
import { parseDatestamp, parseListPage } from '@thresher/oai';
import { createRepository, handle } from '@thresher/oai-sim';
import { type BulkOperation, documentId, toDocument } from '@thresher/search';
import type { HarvestedRecord } from '@thresher/store/write';

const pageSize = 1_000;

/** The records of a simulated repository of `size` records, mapped as in a harvest, in portions: the same ones each time. */
export function* simulatedRecords(size: number): Generator<HarvestedRecord[]> {
  const repository = createRepository({ size, pageSize });
  for (let query = 'metadataPrefix=oai_datacite'; query !== '';) {
    const { body } = handle({ method: 'GET', url: `/oai2d?verb=ListRecords&${query}`, headers: {} }, repository, 0);
    const { records, resumptionToken } = parseListPage(Buffer.from(body), { metadata: true });
    yield records.map(({ header, metadata }) => ({
      header,
      datestamp: parseDatestamp(header.datestamp),
      ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)),
    }));
    query = resumptionToken?.value ? `resumptionToken=${encodeURIComponent(resumptionToken.value)}` : '';
  }
}

/**
 * The documents of a simulated repository of `size` records, in portions, without a database: the same ones each time.
 * One in five is not the latest version of its concept.
 */
export function* simulatedOperations(size: number): Generator<BulkOperation[]> {
  let recordId = 0;
  for (const records of simulatedRecords(size)) {
    yield records.flatMap(({ header, metadata }) => {
      if (metadata === null) return [];
      recordId += 1;
      const { identifier: oaiIdentifier, datestamp, setSpecs } = header;
      const at = '2026-01-01T00:00:00.000Z';
      const index = toDocument({
        sourceId: 1,
        recordId,
        revision: 1,
        isLatestVersion: recordId % 5 > 0,
        oaiIdentifier,
        datestamp,
        setSpecs,
        firstSeenAt: at,
        changedAt: at,
        metadata,
      });
      return { index, id: documentId(1, oaiIdentifier), version: 1 };
    });
  }
}
