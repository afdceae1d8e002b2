import { type RecordMetadata, toDataciteXml, toOaiDatacite, toOaiDc, WRITTEN_KERNEL } from '@thresher/datacite';

interface MetadataFormat {
  readonly schema: string;
  readonly metadataNamespace: string;
  readonly render: (metadata: RecordMetadata) => string;
}

/** What records are handed on as, by metadataPrefix. Prefixes and namespaces are Zenodo's. */
export const METADATA_FORMATS = {
  oai_dc: {
    schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    metadataNamespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
    render: toOaiDc,
  },
  datacite: {
    schema: `http://schema.datacite.org/meta/kernel-${WRITTEN_KERNEL}/metadata.xsd`,
    metadataNamespace: 'http://datacite.org/schema/kernel-4',
    render: toDataciteXml,
  },
  oai_datacite: {
    schema: 'http://schema.datacite.org/oai/oai-1.1/oai.xsd',
    metadataNamespace: 'http://schema.datacite.org/oai/oai-1.1/',
    render: (metadata) => toOaiDatacite(metadata),
  },
} as const satisfies Readonly<Record<string, MetadataFormat>>;

export type MetadataPrefix = keyof typeof METADATA_FORMATS;

export function isMetadataPrefix(text: string): text is MetadataPrefix {
  return Object.hasOwn(METADATA_FORMATS, text);
}

/** The namespace of what a source was harvested as; null for a prefix whose meaning is not known. */
export function originNamespace(metadataPrefix: string): string | null {
  if (metadataPrefix === 'oai_dc') return METADATA_FORMATS.oai_dc.metadataNamespace;
  if (/^oai_datacite\d?$/.test(metadataPrefix)) return METADATA_FORMATS.oai_datacite.metadataNamespace;
  return /^datacite\d?$/.test(metadataPrefix) ? METADATA_FORMATS.datacite.metadataNamespace : null;
}
