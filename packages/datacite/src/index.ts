export { mapMetadata } from './map-metadata.ts';
export type { HeaderFacts } from './map-metadata.ts';
export { toDataciteXml, toOaiDatacite, WRITTEN_KERNEL } from './to-datacite-xml.ts';
export { normalizeDoi } from './doi.ts';
export { htmlToText } from './html.ts';
export { ISSUES } from './issues.ts';
export type { IssueCode } from './issues.ts';
export { recognise } from './name-identifiers.ts';
export { readEdtf } from './edtf.ts';
export type {
  AccessRight,
  Affiliation,
  AlternateIdentifier,
  Contributor,
  Description,
  EdtfDate,
  FundingReference,
  GeoLocation,
  GeoPoint,
  Language,
  Mapped,
  MappingIssue,
  NameIdentifier,
  Person,
  Publisher,
  RecordDate,
  RecordMetadata,
  RelatedIdentifier,
  RelatedItem,
  ResourceType,
  Rights,
  Subject,
  Title,
  XmlElement,
} from './record.ts';
