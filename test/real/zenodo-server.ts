import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A record as the server's index has it. */
export interface HeldRecord {
  readonly identifier: string;
  /** To the second, as OAI-PMH reports it. */
  readonly datestamp: string;
  readonly sets: readonly string[];
}

/** The genuine invenio-oaiserver that `up.sh` started, seen from behind. */
export interface ZenodoServer {
  readonly url: string;
  /** Everything it would list now. */
  held(): Promise<HeldRecord[]>;
  /** `touch`, `hide` or `drop` records, by number. */
  change(what: 'touch' | 'hide' | 'drop', numbers: readonly string[]): Promise<void>;
  /** Puts records into a community, or takes them out, as accepting into one does: the datestamp stays. */
  setMember(community: string, numbers: readonly string[], member: boolean): Promise<void>;
  /** Starts its web part again with other settings: `TTL`, `RATE`; `RELOAD=1` puts changed data back. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** kill -9 of its web part. */
  kill(): void;
  /** Requests to the endpoint so far, and how many were refused with 429. */
  requests(): { readonly all: number; readonly refused: number };
}

/** @param run the folder that was `RUN` for `up.sh` */
export function openZenodoServer(url: string, run: string): ZenodoServer {
  const env = Object.fromEntries(
    [...readFileSync(join(run, 'env'), 'utf8').matchAll(/^export (\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name!, value!]),
  );
  const [home, index] = [env['PYTHONPATH']!, new URL('/zenodo-records-record-v1.0.0/', env['SEARCH_URL'])];
  const shell = async (command: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const child = spawn('bash', ['-c', command], {
      cwd: home,
      env: { ...process.env, ...more, RUN: run },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [talk, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${talk.slice(-500)}`);
  };
  return {
    url,
    held: () => readIndex(index),
    change: (what, numbers) => shell(`. "$RUN/env"; "$RUN/venv/bin/python" load.py ${what} ${numbers.join(' ')}`),
    setMember: (community, numbers, member) =>
      shell(`. "$RUN/env"; "$RUN/venv/bin/python" -c "$SCRIPT" ${member ? 'add' : 'remove'} ${community} ${numbers.join(' ')}`, {
        SCRIPT: setMemberScript,
      }),
    restart: (settings = {}) =>
      shell('./up.sh', { N: readFileSync(join(run, 'loaded'), 'utf8').split(' ')[0]!, PORT: new URL(url).port, ...settings }),
    kill: () => killGroup(Number(readFileSync(join(run, 'web.pid'), 'utf8'))),
    requests: () => {
      const lines = readFileSync(join(run, 'access.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('/oai2d?verb=List'));
      return { all: lines.length, refused: lines.filter((line) => / 429 /.test(line)).length };
    },
  };
}

/** What accepting into a community does: the index document and the row, which GetRecord reads, change; their dates do not. */
const setMemberScript = `
import sys, uuid
from invenio_db import db
from invenio_records.models import RecordMetadata
from invenio_search import current_search_client as es
from oaiapp import INDEX, create_app
from sqlalchemy import update
what, community, *numbers = sys.argv[1:]
with create_app().app_context():
    for number in numbers:
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"oai:zenodo.org:{number}")
        row = db.session.get(RecordMetadata, key)
        others = [slug for slug in row.json["communities"] if slug != community]
        communities = others + [community] if what == "add" else others
        # Past the model, which would set a new date.
        values = {"json": {**row.json, "communities": communities}, "updated": row.updated}
        db.session.execute(update(RecordMetadata).where(RecordMetadata.id == key).values(**values))
        es.update(index="zenodo-" + INDEX, id=str(key), body={"doc": {"communities": communities}})
    db.session.commit()
    es.indices.refresh(index="zenodo-" + INDEX)
`;

interface Hit {
  readonly _id: string;
  readonly _source: { readonly id: string; readonly updated: string; readonly communities: readonly string[] };
  readonly sort: readonly unknown[];
}

async function ask(url: URL, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url.pathname}: ${await answer.text()}`);
  return answer.json();
}

async function search(index: URL, query: object): Promise<Hit[]> {
  const found = (await ask(new URL('_search', index), { _source: ['id', 'updated', 'communities'], ...query })) as {
    hits: { hits: Hit[] };
  };
  return found.hits.hits;
}

async function readIndex(index: URL): Promise<HeldRecord[]> {
  const held: HeldRecord[] = [];
  for (let after: readonly unknown[] | undefined; ;) {
    const hits = await search(index, {
      size: 5_000,
      sort: ['pids.oai.identifier'],
      ...(after === undefined ? {} : { search_after: after }),
    });
    held.push(
      ...hits.map(({ _source: { id, updated, communities } }) => ({
        identifier: `oai:zenodo.org:${id}`,
        datestamp: `${updated.slice(0, 19)}Z`,
        sets: communities.map((slug) => `user-${slug}`),
      })),
    );
    if (hits.length < 5_000) return held;
    after = hits.at(-1)!.sort;
  }
}

/** gunicorn's workers die with their master's session only if all of it is killed. */
function killGroup(pid: number): void {
  process.kill(-pid, 'SIGKILL');
}
