import { mapMetadata, mapRdmRecord } from '@thresher/datacite';
import { parseXml } from '@thresher/oai';
import { createRepository, dumpedRecord } from '@thresher/oai-sim';
import { expect, test } from 'vitest';

test("the simulator's JSON of a record maps to what its XML maps to", () => {
  const repository = createRepository({ seed: 3, size: 600 });
  repository.touch({ fraction: 0.1 }, Date.parse('2026-09-01T00:00:00Z'));
  let compared = 0;
  for (const { identifier, datestamp, setSpecs, metadataVersion } of repository.ledger()) {
    const number = repository.corpus.numberOf(identifier)!;
    const state = { number, status: 'present' as const, trace: null, metadataVersion, datestamp: Date.parse(datestamp), setSpecs };
    const { json, xml } = dumpedRecord(repository, state);
    const mapped = mapRdmRecord(JSON.parse(JSON.stringify(json)));
    const ofXml = mapMetadata(parseXml(xml), mapped.header);
    expect({ identifier, ...mapped.metadata }).toEqual({ identifier, ...ofXml.metadata });
    expect(mapped.issues).toEqual(ofXml.issues);
    expect(mapped.header).toEqual({ identifier, datestamp, setSpecs: setSpecs.filter((it) => it.startsWith('user-')) });
    compared++;
  }
  expect(compared).toBe(600);
});
