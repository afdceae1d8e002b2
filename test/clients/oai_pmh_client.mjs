// Walks a repository with the npm package oai-pmh; prints what it got as JSON.
import { createRequire } from 'node:module';

const require = createRequire(`${process.argv[3]}/`);
const { OaiPmh } = require('oai-pmh');

const client = new OaiPmh(process.argv[2]);
const all = async (list) => {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
};
const records = await all(client.listRecords({ metadataPrefix: 'oai_dc' }));
const formats = await client.listMetadataFormats();
const one = await client.getRecord(records[0].header.identifier, 'oai_datacite');
console.log(
  JSON.stringify({
    name: (await client.identify()).repositoryName,
    identifiers: records.map((record) => record.header.identifier),
    deleted: records.filter((record) => record.header.$?.status === 'deleted').map((record) => record.header.identifier),
    headers: (await all(client.listIdentifiers({ metadataPrefix: 'oai_datacite' }))).length,
    sets: (await all(client.listSets())).map((set) => set.setSpec),
    formats: formats.map((format) => format.metadataPrefix),
    one: one.header.identifier,
  }),
);
