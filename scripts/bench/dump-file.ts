/** `node scripts/bench/dump-file.ts RECORDS FOLDER`: writes the two dumps of a simulated repository, as Zenodo's exporter has them. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createRepository, createSim } from '@thresher/oai-sim';

const [records = '', folder = ''] = process.argv.slice(2);
const { exporter } = createSim({ repository: createRepository({ size: Number(records) }) });
await exporter.ready(Date.now());
for (const key of ['records-json.tar.gz', 'records-xml.tar.gz']) {
  const file = exporter.find(key)!;
  await pipeline(Readable.from(file.read(0, file.size - 1)), createWriteStream(path.join(folder, key)));
}
await exporter.close();
