import type { AlternateIdentifier, RecordMetadata } from '../record.ts';
import { textTag, wrap } from './xml-writer.ts';

/** `alternateIdentifiers`, as kernels 3 and 4 write it; `''` for none. */
export function alternateIdentifiers(all: readonly AlternateIdentifier[]): string {
  return wrap(
    'alternateIdentifiers',
    all.map((each) =>
      textTag('alternateIdentifier', each.alternateIdentifier, { alternateIdentifierType: each.alternateIdentifierType ?? 'Other' }),
    ),
  );
}

/** `sizes` and `formats`, in the order and form of kernels 3 and 4. */
export function sizesAndFormats({ sizes, formats }: Pick<RecordMetadata, 'sizes' | 'formats'>): string[] {
  return [
    wrap(
      'sizes',
      sizes.map((each) => textTag('size', each)),
    ),
    wrap(
      'formats',
      formats.map((each) => textTag('format', each)),
    ),
  ];
}
