import type { RecordMetadata } from '@thresher/datacite';
import type { CopyValue } from '../database/copy-rows.ts';
import { metadataProperties, type Property } from '../database/metadata-properties.ts';
import { toSqlDate, toSqlInt } from '../database/sql-values.ts';

/** A column of `record` that is a function of the metadata. */
interface RecordColumn {
  readonly name: string;
  readonly type: Property['type'];
  readonly property: string;
  /** The property of the object in `property` (`publisher`, `name`). */
  readonly inner: string | null;
}

const columns: readonly RecordColumn[] = metadataProperties.flatMap((property): RecordColumn[] => {
  if (property.table !== null) return [];
  const { name, column, type, inner } = property;
  if (column !== null) return [{ name: column, type, property: name, inner: null }];
  return inner!.map((it) => ({ name: it.column!, type: it.type, property: name, inner: it.name }));
});

/** The columns of `record` that are a function of the metadata, except `metadata` itself. */
export const metadataColumnNames: readonly string[] = columns.map(({ name }) => name);

/** The values of those columns in their order; all null without metadata. */
export const metadataValues = (metadata: RecordMetadata | null): readonly CopyValue[] => columns.map((column) => valueOf(column, metadata));

type Values = Readonly<Record<string, CopyValue>>;

function valueOf({ type, property, inner }: RecordColumn, metadata: RecordMetadata | null): CopyValue {
  if (metadata === null) return null;
  const outer = (metadata as unknown as Values)[property];
  const value = inner === null ? outer : ((outer as Values | null)?.[inner] ?? null);
  if (type === 'day') return toSqlDate(value as string | null);
  return type === 'integer' ? toSqlInt(value as number | null) : value;
}

/** The number after the last colon (`oai:zenodo.org:8435696`), where all that follows it is digits. */
export function recidOf(oaiIdentifier: string): number | null {
  const digits = /:(\d{1,15})$/.exec(oaiIdentifier)?.[1];
  return digits === undefined ? null : Number(digits);
}
