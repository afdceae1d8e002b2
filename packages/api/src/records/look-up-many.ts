import { type Db, findRecords, type RecordKey, type StoredRecordView } from '@thresher/store';
import { keyOf } from './look-up.ts';
import { conceptDoiOf, readRecordName } from './record-name.ts';

/** What each of many names leads to: null where to nothing. A concept leads to its latest version. */
export async function lookUpMany(db: Db, texts: readonly string[]): Promise<(StoredRecordView | null)[]> {
  const names = texts.map((text) => readRecordName(text));
  const direct = await findAt(
    db,
    names.map((name) => name && keyOf(name)),
  );
  const byConcept = await findAt(
    db,
    names.map((name, number) => {
      const conceptDoi = name === null || direct[number] !== null ? null : conceptDoiOf(name);
      return conceptDoi === null ? null : { conceptDoi };
    }),
  );
  return texts.map((_, number) => direct[number] ?? byConcept[number] ?? null);
}

/** One statement for the keys that there are. */
async function findAt(db: Db, keys: readonly (RecordKey | null)[]): Promise<(StoredRecordView | null)[]> {
  const found = await findRecords(
    db,
    keys.filter((key) => key !== null),
  );
  const left = found.values();
  return keys.map((key) => (key === null ? null : (left.next().value ?? null)));
}
