import {
  type DcatFile,
  type RecordMetadata,
  toDatacite3Xml,
  toDataciteXml,
  toDcat,
  toMarcXml,
  toOaiDatacite,
  toOaiDatacite3,
  toOaiDc,
  WRITTEN_KERNEL,
} from '@thresher/datacite';

interface MetadataFormat {
  readonly schema: string;
  readonly metadataNamespace: string;
  readonly render: (metadata: RecordMetadata, files: readonly DcatFile[] | null) => string;
  /** Whether `render` is to be given files: null if they are not known, or not wanted. */
  readonly withFiles: boolean;
}

const DUBLIN_CORE: MetadataFormat = {
  schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
  metadataNamespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
  render: toOaiDc,
  withFiles: false,
};
const DATACITE: MetadataFormat = {
  schema: `http://schema.datacite.org/meta/kernel-${WRITTEN_KERNEL}/metadata.xsd`,
  metadataNamespace: 'http://datacite.org/schema/kernel-4',
  render: toDataciteXml,
  withFiles: false,
};
const OAI_DATACITE: MetadataFormat = {
  schema: 'http://schema.datacite.org/oai/oai-1.1/oai.xsd',
  metadataNamespace: 'http://schema.datacite.org/oai/oai-1.1/',
  render: (metadata) => toOaiDatacite(metadata),
  withFiles: false,
};
/** For harvesters that know no kernel 4. */
const DATACITE_3: MetadataFormat = {
  schema: 'http://schema.datacite.org/meta/kernel-3/metadata.xsd',
  metadataNamespace: 'http://datacite.org/schema/kernel-3',
  render: toDatacite3Xml,
  withFiles: false,
};
const OAI_DATACITE_3: MetadataFormat = {
  schema: 'http://schema.datacite.org/oai/oai-1.0/oai.xsd',
  metadataNamespace: 'http://schema.datacite.org/oai/oai-1.0/',
  render: toOaiDatacite3,
  withFiles: false,
};
const MARC: MetadataFormat = {
  schema: 'https://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
  metadataNamespace: 'http://www.loc.gov/MARC21/slim',
  render: toMarcXml,
  withFiles: false,
};
/** Schema and namespace are what Zenodo says, though RDF has no schema and the elements are of many namespaces. */
const DCAT: MetadataFormat = {
  schema: 'http://schema.datacite.org/meta/kernel-4/metadata.xsd',
  metadataNamespace: 'https://www.w3.org/ns/dcat',
  render: toDcat,
  withFiles: true,
};

/** What records are handed on as, by metadataPrefix: Zenodo's, with its second names for some. */
export const METADATA_FORMATS = {
  oai_dc: DUBLIN_CORE,
  datacite: DATACITE,
  oai_datacite: OAI_DATACITE,
  datacite3: DATACITE_3,
  oai_datacite3: OAI_DATACITE_3,
  datacite4: DATACITE,
  oai_datacite4: OAI_DATACITE,
  marcxml: MARC,
  marc21: MARC,
  dcat: DCAT,
} as const satisfies Readonly<Record<string, MetadataFormat>>;

export type MetadataPrefix = keyof typeof METADATA_FORMATS;

export function isMetadataPrefix(text: string): text is MetadataPrefix {
  return Object.hasOwn(METADATA_FORMATS, text);
}

/** The namespace of what a source was harvested as; null for a prefix whose meaning is not known. */
export function originNamespace(metadataPrefix: string): string | null {
  if (metadataPrefix === 'oai_dc') return DUBLIN_CORE.metadataNamespace;
  if (/^oai_datacite\d?$/.test(metadataPrefix)) return OAI_DATACITE.metadataNamespace;
  return /^datacite\d?$/.test(metadataPrefix) ? DATACITE.metadataNamespace : null;
}
