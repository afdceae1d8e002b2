import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { mapRdmRecord } from '../rdm-json/map-rdm-record.ts';
import { toCff } from './to-cff.ts';
import { toCodemeta } from './to-codemeta.ts';

const record = (metadata: object) =>
  mapRdmRecord({ id: '7', pids: { oai: { identifier: 'oai:zenodo.org:7' }, doi: { identifier: '10.5281/zenodo.7' } }, metadata }).metadata!;
const software = record({
  resource_type: { id: 'software' },
  title: 'tide: a "tool" #1',
  publication_date: '2020-02-01',
  creators: [
    { person_or_org: { type: 'personal', name: 'Doe, Jane', given_name: 'Jane', family_name: 'Doe' }, affiliations: [{ name: 'CERN' }] },
    { person_or_org: { type: 'organizational', name: 'Harbour Board' } },
  ],
});

test('CITATION.cff is read back as it was meant', () => {
  expect(parse(toCff(software))).toMatchObject({
    'cff-version': '1.2.0',
    type: 'software',
    title: 'tide: a "tool" #1',
    authors: [{ 'family-names': 'Doe', 'given-names': 'Jane', affiliation: 'CERN' }, { name: 'Harbour Board' }],
    'date-released': '2020-02-01',
    doi: '10.5281/zenodo.7',
  });
});

test('a year is no date of CITATION.cff, and a record without authors is citable', () => {
  const cff = parse(toCff(record({ resource_type: { id: 'dataset' }, title: 'x', publication_date: '2020' }))) as object;
  expect(cff).not.toHaveProperty('date-released');
  expect(cff).toMatchObject({ type: 'dataset', authors: [{ name: 'unknown' }] });
});

test('CodeMeta has authors and its own context', () => {
  expect(toCodemeta(software)).toMatchObject({
    '@context': 'https://doi.org/10.5063/schema/codemeta-2.0',
    '@type': 'SoftwareSourceCode',
    author: [{ name: 'Doe, Jane' }, { name: 'Harbour Board' }],
  });
});
