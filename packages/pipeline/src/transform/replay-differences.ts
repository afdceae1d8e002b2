import type { RecordDifference } from '@thresher/store/write';

/** What changes in one field, `N` standing for any place in a list. */
export interface FieldChanges {
  readonly field: string;
  readonly records: number;
  readonly examples: readonly FieldExample[];
}

export interface FieldExample {
  readonly identifier: string;
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Differences of many records, added up by field. */
export interface Differences {
  records: number;
  readonly fields: Map<string, { records: number; examples: FieldExample[] }>;
}

const mostExamples = 3;

export const noDifferences = (): Differences => ({ records: 0, fields: new Map() });

/** A path without places in lists: `creators/0/orcid` is `creators/N/orcid`. */
export const fieldOf = (path: string): string => path.replace(/(?<=\/)\d+(?=\/|$)/g, 'N');

/** Adds the differences of records, each field of a record once. */
export function addDifferences(sum: Differences, found: readonly RecordDifference[]): void {
  for (const difference of found) {
    sum.records++;
    for (const [field, [path = field]] of Map.groupBy(difference.paths, fieldOf)) {
      const known = sum.fields.get(field) ?? { records: 0, examples: [] };
      known.records++;
      if (known.examples.length < mostExamples) known.examples.push(exampleOf(difference, path));
      sum.fields.set(field, known);
    }
  }
}

/** The field that changes most often first. */
export function sortDifferences({ fields }: Differences): FieldChanges[] {
  return [...fields].map(([field, found]) => ({ field, ...found })).sort((a, b) => b.records - a.records || (a.field < b.field ? -1 : 1));
}

function exampleOf({ oaiIdentifier, before, after }: RecordDifference, path: string): FieldExample {
  return { identifier: oaiIdentifier, path, before: valueAt(before, path), after: valueAt(after, path) };
}

/** The value a path leads to; null if it leads nowhere, as absent and null are the same. */
function valueAt(metadata: unknown, path: string): unknown {
  if (path === 'metadata') return metadata === null ? null : 'mapped';
  return path
    .split('/')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? ((value as Record<string, unknown>)[key] ?? null) : null),
      metadata,
    );
}
