import { changesOf, type RecordStep } from '@thresher/store/changes';
import { recordPath } from '../shapes/links.ts';
import type { Change } from './change.ts';

/** The changes that a step means for a client that follows changes: one entry, and one for each community joined or left. Pure. */
export function toChanges(step: RecordStep, cursor: string, origin: string): Change[] {
  const record = {
    oai_identifier: step.oaiIdentifier,
    recid: step.recid,
    doi: step.doi,
    title: step.title,
    source: step.sourceName,
    link: `${origin}/api/records/${recordPath(step)}`,
  };
  const common = { at: isoMicros(step.at), cursor, record };
  return changesOf(step).map((change) => ({ ...change, paths: [...change.paths], ...common }));
}

/** With microseconds, which the order of changes needs. */
export function isoMicros(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}
