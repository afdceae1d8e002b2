export { mapMetadata } from './map-metadata.ts';
export type { HeaderFacts } from './map-metadata.ts';
export { toBibtex } from './to-bibtex.ts';
export { toCslJson } from './to-csl-json.ts';
export type { CslItem } from './to-csl-json.ts';
export { toDataciteJson } from './to-datacite-json.ts';
export { type DcatFile, toDcat } from './to-dcat.ts';
export { toGeoJson } from './to-geojson.ts';
export { toMarcXml } from './to-marcxml.ts';
export { toOaiDc } from './to-oai-dc.ts';
export { toRis } from './to-ris.ts';
export { toSchemaOrg } from './to-schema-org.ts';
export { toDataciteXml, toOaiDatacite, WRITTEN_KERNEL } from './to-datacite-xml.ts';
export { tag as xmlTag, textTag as xmlTextTag } from './xml-writer.ts';
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
