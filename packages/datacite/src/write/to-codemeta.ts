import { toSchemaOrg } from './to-schema-org.ts';
import type { RecordMetadata } from '../record.ts';

/** The record as CodeMeta 2.0 (https://doi.org/10.5063/schema/codemeta-2.0), whose terms are those of schema.org. */
export function toCodemeta(metadata: RecordMetadata): Record<string, unknown> {
  const { '@context': _, creator, ...rest } = toSchemaOrg(metadata);
  return {
    '@context': 'https://doi.org/10.5063/schema/codemeta-2.0',
    ...rest,
    ...(creator !== undefined && { author: creator }),
  };
}
