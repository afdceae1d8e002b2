import type { SimAnswer } from '../answer.ts';
import { filesOf, statsOf } from '../rdm-json/extras.ts';
import type { SimCounts, SimStats } from '../rdm-json/extras.ts';
import { currentState } from '../repository/journal.ts';
import type { RecordState } from '../repository/journal.ts';
import { dumpedRecord } from '../rdm-json/rdm-record.ts';
import type { Repository } from '../repository/repository.ts';
import { formatSecond } from '../xml.ts';

/** Where Zenodo's REST API searches, and below it shows a record. */
export const REST_PATH = '/api/records';

const INVENIO = 'application/vnd.inveniordm.v1+json';

/**
 * The REST API: a search of records by their numbers, or one record. In Zenodo's legacy JSON, or in InvenioRDM's if the
 * Accept header names it.
 */
export function answerRest(repository: Repository, url: URL, accept = ''): SimAnswer {
  const below = url.pathname.slice(REST_PATH.length).replace(/^\//, '');
  const isInvenio = accept.includes(INVENIO);
  const show = isInvenio ? invenioRecord : restRecord;
  const answer = below === '' ? searchRest(repository, url, show) : showRest(repository, url, below, show);
  return isInvenio && answer.status === 200 ? { ...answer, headers: { ...answer.headers, 'content-type': INVENIO } } : answer;
}

type Show = (repository: Repository, url: URL, recid: string, state: RecordState) => object;

/** Zenodo's limit for requests without a token. */
const MOST_A_PAGE = 25;

/**
 * `/api/records?q=recid:(1 OR 2)&all_versions=true` as Zenodo answers it: the deleted and the hidden are not among the hits.
 * For every other search the answer is that it is not simulated.
 */
function searchRest(repository: Repository, url: URL, show: Show): SimAnswer {
  const size = Number(url.searchParams.get('size') ?? 10);
  if (!(size >= 1 && size <= MOST_A_PAGE))
    return refusal(400, 'A validation error occurred.', {
      errors: [{ field: 'size', messages: [`Page size cannot be greater than ${MOST_A_PAGE}.`] }],
    });
  const wanted = /^recid:\((\d+(?: OR \d+)*)\)$/.exec(url.searchParams.get('q') ?? '')?.[1]?.split(' OR ');
  if (wanted === undefined || !/^(?:true|1)$/.test(url.searchParams.get('all_versions') ?? ''))
    return refusal(501, 'Only q=recid:(1 OR 2) with all_versions=true is simulated.');
  const found = [...new Set(wanted)].flatMap((recid) => hitOf(repository, url, recid, show) ?? []);
  return json(200, { hits: { hits: found.slice(0, size), total: found.length }, aggregations: {}, links: { self: url.href } });
}

function hitOf(repository: Repository, url: URL, recid: string, show: Show): object | null {
  const state = stateOf(repository, recid);
  return state?.status === 'present' ? show(repository, url, recid, state) : null;
}

/** The state of a record number; undefined if it never existed. */
function stateOf({ corpus, journal }: Repository, recid: string): RecordState | undefined {
  const number = corpus.numberOf(recid);
  const known = number !== undefined && (number < corpus.size || journal.latest(number) !== undefined);
  return known ? currentState(corpus, journal, number) : undefined;
}

/**
 * A record as Zenodo's `/api/records/{id}` shows it, as far as OAI-PMH does not: its files and statistics. 410 with a
 * tombstone for a deleted one, 403 for one that was made private, 404 for one that never was. Statistics grow with each
 * `touch`.
 */
function showRest(repository: Repository, url: URL, recid: string, show: Show): SimAnswer {
  const state = /^\d+$/.test(recid) ? stateOf(repository, recid) : undefined;
  if (state === undefined) return refusal(404, 'The persistent identifier does not exist.');
  if (state.trace === 'restricted') return refusal(403, 'Permission denied.');
  if (state.status !== 'present')
    return refusal(410, 'Record deleted', {
      tombstone: { removal_reason: { id: 'retracted' }, removal_date: formatSecond(state.datestamp), is_visible: true },
    });
  return json(200, show(repository, url, recid, state));
}

function restRecord(repository: Repository, url: URL, recid: string, state: RecordState): object {
  return {
    id: Number(recid),
    recid,
    updated: formatSecond(state.datestamp),
    files: shownFiles(repository.seed, state, `${url.origin}${REST_PATH}/${recid}`),
    stats: flatStats(statsOf(repository, state)),
    state: 'done',
    submitted: true,
  };
}

/** As the dump has it, with the files of every record, as the legacy form shows them here. */
function invenioRecord(repository: Repository, url: URL, recid: string, state: RecordState): object {
  const { json: record } = dumpedRecord(repository, state);
  const self = `${url.origin}${REST_PATH}/${recid}`;
  const files = filesOf(repository.seed, state);
  const entries = files.map((file) => [file.key, { ...file, links: { content: `${self}/files/${encodeURIComponent(file.key)}/content` } }]);
  return {
    ...record,
    links: { ...(record['links'] as object), self, files: `${self}/files` },
    files: {
      enabled: true,
      order: [],
      count: files.length,
      total_bytes: files.reduce((sum, { size }) => sum + size, 0),
      entries: Object.fromEntries(entries) as object,
    },
  };
}

function shownFiles(seed: number, state: RecordState, self: string): object[] {
  return filesOf(seed, state).map(({ id, key, size, checksum }) => ({
    id,
    key,
    size,
    checksum,
    links: { self: `${self}/files/${encodeURIComponent(key)}/content` },
  }));
}

/** Zenodo's: the plain ones count all versions, those with `version_` this one. */
function flatStats({ all_versions: all, this_version: version }: SimStats): object {
  return { ...plain(all), ...Object.fromEntries(Object.entries(plain(version)).map(([name, count]) => [`version_${name}`, count])) };
}

const plain = ({ downloads, unique_downloads, views, unique_views }: SimCounts) => ({ downloads, unique_downloads, views, unique_views });

const refusal = (status: number, message: string, members: object = {}): SimAnswer => json(status, { status, message, ...members });

function json(status: number, value: unknown): SimAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}
