export { mapMetadata } from './read/map-metadata.ts';
export type { HeaderFacts } from './read/header.ts';
export { csvLine, FORMULA, harmlessText, NUMBER } from './write/csv-cell.ts';
export { toBibtex } from './write/to-bibtex.ts';
export { toCff } from './write/to-cff.ts';
export { toCodemeta } from './write/to-codemeta.ts';
export { toCslJson } from './write/to-csl-json.ts';
export type { CslItem } from './write/to-csl-json.ts';
export { toDataciteJson } from './write/to-datacite-json.ts';
export { DCAT_LIST, dcatDescription, type DcatFile, toDcat } from './write/to-dcat.ts';
export { toGeoJson } from './write/to-geojson.ts';
export { toMarcXml } from './write/to-marcxml.ts';
export { toOaiDc } from './write/to-oai-dc.ts';
export { toRis } from './write/to-ris.ts';
export { toSchemaOrg } from './write/to-schema-org.ts';
export { toDatacite3Xml, toOaiDatacite3 } from './write/to-datacite3-xml.ts';
export { toDataciteXml, toOaiDatacite, WRITTEN_KERNEL } from './write/to-datacite-xml.ts';
export { tag as xmlTag, textTag as xmlTextTag } from './write/xml-writer.ts';
export { normalizeDoi } from './values/doi.ts';
export { htmlToText } from './values/html.ts';
export { ISSUES } from './read/issues.ts';
export type { IssueCode } from './read/issues.ts';
export { recognise } from './read/name-identifiers.ts';
export { resourceTypeId } from './read/resource-types.ts';
export { readEdtf } from './values/edtf.ts';
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
export { mapRdmRecord, NotRdmRecordError, readRdmHeader } from './rdm-json/map-rdm-record.ts';
export type { MappedRdmRecord, RdmHeader } from './rdm-json/map-rdm-record.ts';
export { isRdmRecord, readableValue, readFacts } from './rdm-json/facts.ts';
export type {
  RdmAward,
  RdmCommunity,
  RdmCounts,
  RdmCreatorRole,
  RdmCustomField,
  RdmFacts,
  RdmFile,
  RdmReference,
  RdmStats,
} from './rdm-json/facts.ts';
