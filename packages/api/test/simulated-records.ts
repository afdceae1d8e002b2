import { mapMetadata } from '@thresher/datacite';
import { parseDatestamp, parseListPage } from '@thresher/oai';
import { createRepository, handle, type RepositoryOptions } from '@thresher/oai-sim';
import type { HarvestedRecord } from '@thresher/store/write';

/** All records of a simulated repository, as they come off its list. */
export function simulatedRecords(options: RepositoryOptions & { size: number }): HarvestedRecord[] {
  const repository = createRepository({ ...options, pageSize: options.size });
  const { body } = handle(
    { method: 'GET', url: '/oai2d?verb=ListRecords&metadataPrefix=oai_datacite', headers: {} },
    repository,
    Date.now(),
  );
  const { records } = parseListPage(Buffer.from(body), { metadata: true });
  return records.map(({ header, metadata }) => ({
    header,
    datestamp: parseDatestamp(header.datestamp),
    ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)),
  }));
}
