import { mapMetadata } from '@thresher/datacite';
import { parseListPage } from '@thresher/oai';
import { createRepository, handle } from '@thresher/oai-sim';
import { type BulkOperation, documentId, toDocument } from '@thresher/search';

const pageSize = 1_000;

/**
 * The documents of a simulated repository of `size` records, in portions, without a database: the same ones each time.
 * One in five is not the latest version of its concept.
 */
export function* simulatedOperations(size: number): Generator<BulkOperation[]> {
  const repository = createRepository({ size, pageSize });
  let recordId = 0;
  for (let query = 'metadataPrefix=oai_datacite'; query !== '';) {
    const { body } = handle({ method: 'GET', url: `/oai2d?verb=ListRecords&${query}`, headers: {} }, repository, 0);
    const { records, resumptionToken } = parseListPage(Buffer.from(body), { metadata: true });
    yield records.flatMap(({ header, metadata }) => {
      const mapped = metadata === null ? null : mapMetadata(metadata, header).metadata;
      if (mapped === null) return [];
      recordId += 1;
      const { identifier: oaiIdentifier, datestamp, setSpecs } = header;
      const at = '2026-01-01T00:00:00.000Z';
      const index = toDocument({
        sourceId: 1,
        recordId,
        revision: 1,
        isLatestVersion: recordId % 5 > 0,
        header: { oaiIdentifier, datestamp, setSpecs },
        firstSeenAt: at,
        changedAt: at,
        metadata: mapped,
      });
      return { index, id: documentId(1, oaiIdentifier), version: 1 };
    });
    query = resumptionToken?.value ? `resumptionToken=${encodeURIComponent(resumptionToken.value)}` : '';
  }
}
