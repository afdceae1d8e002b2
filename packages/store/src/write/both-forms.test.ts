import type { RecordMetadata, RelatedIdentifier } from '@thresher/datacite';
import { expect, it } from 'vitest';
import { withOtherForm, type StoredForm } from './both-forms.ts';
import { incomingRecords } from './harvested-record.ts';
import { emptyMetadata } from '../../test/sample-record.ts';

const day = new Date('2026-09-05T00:00:00Z');
const tide = { subject: 'tides', subjectScheme: 'GEMET', schemeUri: null, valueUri: null, classificationCode: null, lang: null };
const sample: RecordMetadata = { ...emptyMetadata, title: 'A title', subjects: [tide] };
const related = (relatedIdentifier: string, relatedIdentifierType: string, relationType = 'IsPartOf'): RelatedIdentifier => ({
  relatedIdentifier,
  relatedIdentifierType,
  relationType,
  resourceTypeGeneral: null,
  relatedMetadataScheme: null,
  schemeUri: null,
  schemeType: null,
  relationTypeInformation: null,
  doi: null,
});
const cited = related('10.5555/x', 'DOI', 'Cites');
const concept = related('10.5281/zenodo.1', 'DOI', 'IsVersionOf');
const landing = { alternateIdentifier: 'https://zenodo.org/records/2', alternateIdentifierType: 'URL' };
const oai = { alternateIdentifier: 'oai:zenodo.org:2', alternateIdentifierType: 'oai' };

const inList: RecordMetadata = { ...sample, communities: ['tides'], alternateIdentifiers: [oai], relatedIdentifiers: [cited, concept] };
const inJson: RecordMetadata = {
  ...inList,
  alternateIdentifiers: [landing, oai],
  relatedIdentifiers: [cited, related('urn:lsid:x', 'lsid', 'Cites'), concept, related('https://zenodo.org/communities/tides/', 'URL')],
  subjects: inList.subjects.map((subject) => ({ ...subject, valueUri: 'https://example.org/subject' })),
};

const stored = (metadata: RecordMetadata, more: Partial<StoredForm> = {}): StoredForm => ({
  deleted: false,
  datestamp: day,
  metadata,
  set_specs: ['openaire', 'user-tides'],
  facts_at: null,
  ...more,
});
function incoming(metadata: RecordMetadata, isJson: boolean, more: { setSpecs?: readonly string[]; datestamp?: Date } = {}) {
  const { setSpecs = isJson ? ['user-tides'] : ['openaire', 'user-tides'], datestamp = day } = more;
  const header = { identifier: 'oai:zenodo.org:2', datestamp: datestamp.toISOString(), setSpecs, deleted: false };
  const record = { header, datestamp, metadata, issues: [], ...(isJson ? { json: { asOf: day, facts: {} as never } } : {}) };
  return incomingRecords([{ pageId: 2, records: [record] }], day)[0]!;
}
const withoutOnlyJson = (metadata: RecordMetadata): RecordMetadata => ({
  ...metadata,
  subjects: inList.subjects,
  relatedIdentifiers: metadata.relatedIdentifiers.filter(({ relatedIdentifierType }) => relatedIdentifierType !== 'lsid'),
});

it('JSON of the version that a list brought is no change, and takes no set away', () => {
  const same = withOtherForm(incoming(withoutOnlyJson(inJson), true), stored(inList));
  expect(same.metadata).toEqual(inList);
  expect(same.setSpecs).toEqual(['openaire', 'user-tides']);
  expect(same.metadataHash).toBe(incoming(inList, false).metadataHash);
});

it('JSON that says more, or of another version, is one', () => {
  expect(withOtherForm(incoming(inJson, true), stored(inList)).metadata).toEqual(inJson);
  const newer = { datestamp: new Date('2026-09-06T00:00:00Z') };
  const changed = withOtherForm(incoming(withoutOnlyJson(inJson), true, newer), stored(inList));
  expect(changed.metadata).toEqual(withoutOnlyJson(inJson));
  expect(changed.setSpecs).toEqual(['openaire', 'user-tides']);
});

it('a list after JSON changes what it carries and keeps what only JSON said', () => {
  const before = stored(inJson, { facts_at: day });
  const same = withOtherForm(incoming(inList, false), before);
  expect(same.metadata).toEqual(inJson);
  const renamed = withOtherForm(incoming({ ...inList, title: 'A new title', relatedIdentifiers: [concept] }, false), before);
  expect(renamed.metadata).toEqual({
    ...inJson,
    title: 'A new title',
    relatedIdentifiers: [related('urn:lsid:x', 'lsid', 'Cites'), concept, related('https://zenodo.org/communities/tides/', 'URL')],
  });
  expect(renamed.elementHash).toBeNull();
  const left = withOtherForm(incoming({ ...inList, communities: [] }, false, { setSpecs: ['openaire'] }), before);
  expect(left.metadata!.relatedIdentifiers.map(({ relatedIdentifier }) => relatedIdentifier)).toEqual([
    '10.5555/x',
    'urn:lsid:x',
    '10.5281/zenodo.1',
  ]);
});

it('touches no record that never came as JSON, and none that is deleted or new', () => {
  const one = incoming(inList, false);
  expect(withOtherForm(one, stored(inJson))).toBe(one);
  expect(withOtherForm(one, undefined)).toBe(one);
  expect(withOtherForm(one, stored(inJson, { deleted: true, facts_at: day }))).toBe(one);
});
