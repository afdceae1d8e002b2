import type { Person, RecordMetadata, RelatedIdentifier, Rights, Subject } from '@thresher/datacite';
import { documentId } from '../src/document-id.ts';
import { toDocument, type SearchDocument } from '../src/document.ts';

/** For tests: metadata with nothing in it but what is given. */
export function metadataOf(given: Partial<RecordMetadata>): RecordMetadata {
  return {
    format: 'oai_datacite',
    kernel: '4',
    schemaVersion: '4.5',
    datacentreSymbol: null,
    identifier: null,
    identifierType: null,
    doi: null,
    conceptDoi: null,
    title: null,
    titles: [],
    creators: [],
    contributors: [],
    publisher: null,
    publicationYear: null,
    publicationDate: null,
    resourceType: null,
    subjects: [],
    dates: [],
    language: null,
    alternateIdentifiers: [],
    relatedIdentifiers: [],
    relatedItems: [],
    dublinCore: [],
    sizes: [],
    formats: [],
    version: null,
    rights: [],
    accessRight: null,
    descriptions: [],
    description: null,
    fundingReferences: [],
    geoLocations: [],
    communities: [],
    references: [],
    ...given,
  };
}

export function personOf(name: string, given: Partial<Person> = {}): Person {
  return {
    name,
    nameType: 'Personal',
    givenName: null,
    familyName: null,
    lang: null,
    orcid: null,
    nameIdentifiers: [],
    affiliations: [],
    ...given,
  };
}

export function subjectOf(subject: string, given: Partial<Subject> = {}): Subject {
  return { subject, subjectScheme: null, schemeUri: null, valueUri: null, classificationCode: null, lang: null, ...given };
}

export function relatedOf(relatedIdentifier: string, given: Partial<RelatedIdentifier> = {}): RelatedIdentifier {
  return {
    relatedIdentifier,
    relatedIdentifierType: null,
    relationType: null,
    resourceTypeGeneral: null,
    relatedMetadataScheme: null,
    schemeUri: null,
    schemeType: null,
    relationTypeInformation: null,
    doi: null,
    ...given,
  };
}

export function rightsOf(given: Partial<Rights>): Rights {
  return {
    rights: null,
    rightsUri: null,
    rightsIdentifier: null,
    rightsIdentifierScheme: null,
    schemeUri: null,
    lang: null,
    kind: 'licence',
    spdx: null,
    ...given,
  };
}

/** The document of record `recid` of source 1, at revision 1 unless specified. */
export function documentOf(recid: number, given: Partial<RecordMetadata>, revision = 1): SearchDocument {
  return toDocument({
    sourceId: 1,
    recordId: recid,
    revision,
    isLatestVersion: true,
    oaiIdentifier: `oai:example.org:${recid}`,
    datestamp: '2024-01-02T03:04:05Z',
    setSpecs: [],
    metadata: metadataOf(given),
    firstSeenAt: '2024-02-01T00:00:00.000Z',
    changedAt: '2024-02-01T00:00:00.000Z',
  });
}

/** The operation that writes that document. */
export function writeOf(recid: number, given: Partial<RecordMetadata>, version = 1) {
  return { index: documentOf(recid, given, version), id: idOf(recid), version };
}

export function idOf(recid: number): string {
  return documentId(1, `oai:example.org:${recid}`);
}
