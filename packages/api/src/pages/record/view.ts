import type { RecordMetadata } from '@thresher/datacite';
import { lastSteps, type RevisionStep } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { listVersions, type RecordNeighbours, readNeighbours, type RecordVersion, type StoredRecordView } from '@thresher/store/read';
import { type Citer, USUAL_STYLE } from '../../citations/cite.ts';
import { type NormalisedRecord, toNormalisedRecord } from '../../shapes/export-formats.ts';
import { toFiles, toStats, withJsonFacts } from '../../shapes/files-and-stats.ts';
import { ApiProblem } from '../../problems/problem.ts';
import { type Remark, remarksOn } from '../../shapes/remarks.ts';
import type { ZenodoRecord } from '../../shapes/zenodo-record.ts';
import { type RecordExtras, toExtras } from './to-extras.ts';

/** All that the page of a record shows: the one shape from which its HTML, its meta tags and its links are made. */
export interface RecordView {
  readonly record: NormalisedRecord;
  /** Null if the source was not asked for files, or does not show them. */
  readonly files: ZenodoRecord['files'] | null;
  readonly stats: ZenodoRecord['stats'];
  readonly extras: RecordExtras;
  /** The latest first; empty for a record without a concept DOI. */
  readonly versions: readonly RecordVersion[];
  readonly links: RecordNeighbours;
  /** Its last changes here, the latest first. */
  readonly steps: readonly RevisionStep[];
  readonly remarks: readonly Remark[];
  /** In the usual style; null if the record cannot be cited. */
  readonly citation: string | null;
}

interface Context {
  readonly db: Db;
  readonly cite: Citer;
}

/** Changes that the page names. The page of the history has the others. */
const STEPS = 3;

/** Reads what the page shows; `origin` is where this API is reached. Throws an `ApiProblem` if the record has no metadata. */
export async function readRecordView({ db, cite }: Context, record: StoredRecordView, origin: string, now: Date): Promise<RecordView> {
  const { metadata } = record;
  if (metadata === null)
    throw new ApiProblem(404, 'unknown-record', `the metadata of ${record.oaiIdentifier} could not be read, so there is nothing to show`);
  const dois = metadata.relatedIdentifiers.flatMap(({ doi }) => doi ?? []);
  const [[told], versions, links, steps, citation] = await Promise.all([
    withJsonFacts(db, [record]),
    record.conceptDoi === null ? [] : listVersions(db, record.conceptDoi),
    readNeighbours(db, record, dois),
    record.revision > 1 ? lastSteps(db, record.recordId, STEPS) : [],
    citationOf(cite, metadata),
  ]);
  return {
    record: toNormalisedRecord({ ...record, metadata }, origin),
    files: toFiles(record.fetched),
    stats: toStats(record.fetched),
    extras: toExtras(record, told!.told.facts),
    versions,
    links,
    steps,
    remarks: remarksOn(metadata, now.toISOString().slice(0, 10)),
    citation,
  };
}

/** A record is worth showing without its citation. */
async function citationOf(cite: Citer, metadata: RecordMetadata): Promise<string | null> {
  return cite(metadata, USUAL_STYLE).catch(() => null);
}
