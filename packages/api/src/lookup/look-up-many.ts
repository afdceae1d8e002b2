import type { Db } from '@thresher/store/database';
import { findRecords, type StoredRecordView } from '@thresher/store/read';
import { readRecordName } from './record-name.ts';

/** The records of many names, in one statement: more than one record for an ambiguous name. A concept stands for its latest version. */
export async function lookUpMany(db: Db, texts: readonly string[], origin: string): Promise<StoredRecordView[][]> {
  return findRecords(
    db,
    texts.map((text) => readRecordName(text, origin)),
  );
}
