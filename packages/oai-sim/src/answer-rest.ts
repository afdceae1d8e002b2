import { createHash } from 'node:crypto';
import type { Answer } from './answer.ts';
import { currentState } from './journal.ts';
import type { RecordState } from './journal.ts';
import { createRandom, hash } from './random.ts';
import type { Repository } from './repository.ts';
import { formatSecond } from './xml.ts';

/** Where Zenodo's REST API shows a record. */
export const REST_PATH = '/api/records/';

/**
 * A record as Zenodo's `/api/records/{id}` shows it, as far as OAI-PMH does not: its files and statistics. 410 with a
 * tombstone for a deleted one, 403 for one that was made private, 404 for one that never was. Statistics grow with each
 * `touch`.
 */
export function answerRest(repository: Repository, url: URL): Answer {
  const recid = /^\d+$/.exec(url.pathname.slice(REST_PATH.length))?.[0];
  const number = recid === undefined ? undefined : repository.corpus.numberOf(recid);
  const known = number !== undefined && (number < repository.corpus.size || repository.journal.latest(number) !== undefined);
  if (recid === undefined || !known) return refusal(404, 'The persistent identifier does not exist.');
  const state = currentState(repository.corpus, repository.journal, number);
  if (state.trace === 'restricted') return refusal(403, 'Permission denied.');
  if (state.status !== 'present')
    return refusal(410, 'Record deleted', {
      tombstone: { removal_reason: { id: 'retracted' }, removal_date: formatSecond(state.datestamp), is_visible: true },
    });
  return json(200, {
    id: Number(recid),
    recid,
    updated: formatSecond(state.datestamp),
    files: filesOf(repository.seed, state, `${url.origin}${REST_PATH}${recid}`),
    stats: statsOf(repository.seed, state),
    state: 'done',
    submitted: true,
  });
}

const EXTENSIONS = ['pdf', 'csv', 'zip', 'tar.gz', 'JPG', 'txt', 'nc'] as const;

function filesOf(seed: number, { number, metadataVersion }: RecordState, self: string): object[] {
  const random = createRandom(hash(seed, number, 91));
  return Array.from({ length: 1 + random.below(4) }, (_, i) => {
    const key = `${random.pick(['data', 'Übersicht', 'read me', 'figure'])} ${i + 1}.${random.pick(EXTENSIONS)}`;
    const checksum = createHash('md5').update(`${seed} ${number} ${metadataVersion} ${key}`).digest('hex');
    return {
      id: `${checksum.slice(0, 8)}-0000-4000-8000-${checksum.slice(-12)}`,
      key,
      size: random.below(1_000_000),
      checksum: `md5:${checksum}`,
      links: { self: `${self}/files/${encodeURIComponent(key)}/content` },
    };
  });
}

/** Zenodo's: the plain ones count all versions, those with `version_` this one. */
function statsOf(seed: number, { number, metadataVersion }: RecordState): object {
  const version = counts(hash(seed, number, 92) % 1_000, metadataVersion);
  const all = counts((hash(seed, number, 92) % 1_000) * 2, metadataVersion);
  return { ...all, ...Object.fromEntries(Object.entries(version).map(([name, count]) => [`version_${name}`, count])) };
}

const counts = (base: number, metadataVersion: number) => ({
  downloads: base + metadataVersion,
  unique_downloads: base,
  views: base * 3 + metadataVersion,
  unique_views: base * 2,
});

const refusal = (status: number, message: string, members: object = {}): Answer => json(status, { status, message, ...members });

function json(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}
