import {
  readSourceList,
  type SourceList,
  sourceConflicts,
  type SourceEntry,
  applySchedulesOfSources,
  type Resources,
} from '@thresher/pipeline';
import type { Db } from '@thresher/store/database';
import { count, UsageError, type Io, say } from './io.ts';

/** @throws UsageError with a line for each fault: `sources.yaml:4:11 sources[0].rate: …` */
export function readSourcesFile(text: string, file: string): SourceList {
  const list = readSourceList(text);
  throwFaults(
    file,
    list.faults.map(({ path, line, column, message }) => `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`),
  );
  return list;
}

export function throwFaults(where: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new UsageError(
    `${count(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'} in ${where}, so nothing was changed:\n${faults.map((line) => `  ${line}`).join('\n')}`,
  );
}

export const conflictsOf = async (db: Db, entries: readonly SourceEntry[]): Promise<string[]> =>
  (await sourceConflicts(db, entries)).map(({ name, message }) => `${name}: ${message}`);

export function throwConflicts(where: string, conflicts: readonly string[]): void {
  if (conflicts.length > 0) throw new UsageError(`nothing was changed:\n${conflicts.map((one) => `  ${where}: ${one}`).join('\n')}`);
}

/** The harvester process does the same a little later. */
export async function applySchedules(io: Io, resources: Resources, db: Db): Promise<void> {
  const schedules = await applySchedulesOfSources(db, await resources.schedules(), resources.log);
  if (schedules > 0)
    say(io, `${count(schedules)} schedules set; a harvester process has to run for them: packages/pipeline/bin/harvester.ts`);
}
