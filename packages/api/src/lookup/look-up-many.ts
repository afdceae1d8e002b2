import type { Db } from '@thresher/store/database';
import { findRecords, type StoredRecordView } from '@thresher/store/read';
import { readRecordName } from './record-name.ts';

/** What each of many names leads to, in one statement: more than one record where a name is ambiguous. A concept leads to its latest version. */
export async function lookUpMany(db: Db, texts: readonly string[], origin: string): Promise<StoredRecordView[][]> {
  return findRecords(
    db,
    texts.map((text) => readRecordName(text, origin)),
  );
}
