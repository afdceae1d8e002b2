/** `node scripts/bench/dump-file.ts RECORDS FILE`: writes a bulk file of single documents, as Zenodo's `records-xml.tar.gz`. */
import { writeFileSync } from 'node:fs';
import { createRepository } from '@thresher/oai-sim';
import { documentsOf, gzipAt, tar } from '../../test/ledger/dump-file.ts';

const [records = '', file = ''] = process.argv.slice(2);
writeFileSync(file, gzipAt(tar(documentsOf(createRepository({ size: Number(records) }))), new Date()));
