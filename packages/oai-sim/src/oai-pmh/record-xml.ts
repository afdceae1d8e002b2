import type { MetadataPrefix } from '../corpus/corpus.ts';
import { currentState } from '../repository/journal.ts';
import type { RecordState } from '../repository/journal.ts';
import type { Repository } from '../repository/repository.ts';
import { encodeText, formatSecond } from '../xml.ts';

/** A `<header>`. Sets are those of this moment, even in a list opened earlier: Zenodo computes them for each page. */
export function writeHeader(repository: Repository, state: RecordState, indent: string, day: boolean): string {
  const { setSpecs } = repository.journal.entries.length === 0 ? state : currentState(repository.corpus, repository.journal, state.number);
  const stamp = formatSecond(state.datestamp);
  let text = `${indent}<header${state.status === 'deleted' ? ' status="deleted"' : ''}>\n${indent}  <identifier>${repository.corpus.identifier(state.number)}</identifier>\n`;
  text += `${indent}  <datestamp>${day ? stamp.slice(0, 10) : stamp}</datestamp>\n`;
  for (const setSpec of setSpecs) text += `${indent}  <setSpec>${encodeText(setSpec)}</setSpec>\n`;
  return `${text}${indent}</header>\n`;
}

export function writeRecord(
  repository: Repository,
  state: RecordState,
  prefix: MetadataPrefix,
  via: 'list' | 'get',
  day = repository.settings.granularity === 'day',
): string {
  const header = writeHeader(repository, state, '      ', day);
  const metadata =
    state.status === 'deleted'
      ? ''
      : `      <metadata>\n${repository.corpus.metadata(state.number, state, prefix, via)}      </metadata>\n`;
  return `    <record>\n${header}${metadata}    </record>\n`;
}
