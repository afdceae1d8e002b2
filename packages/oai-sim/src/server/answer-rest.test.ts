import { expect, test } from 'vitest';
import { createRepository } from '../repository/repository.ts';
import { createSim, handle } from './sim.ts';
import type { Sim } from './sim.ts';
import { NOW } from '../../test/simulated.ts';

function askRest(sim: Sim, path: string, now = NOW, accept = '*/*') {
  const headers = { host: 'sim.test', 'user-agent': 'test', accept };
  const answer = handle({ method: 'GET', url: path, headers, address: '127.0.0.1' }, sim, now);
  return { ...answer, text: Buffer.from(answer.body).toString() };
}

interface Shown {
  readonly id: number;
  readonly files: readonly [{ readonly links: { readonly self: string } }];
  readonly stats: { readonly views: number };
}
const shown = (text: string): Shown => JSON.parse(text) as Shown;

const recidsOf = (sim: Sim): string[] => [...sim.repository.ledger()].map(({ identifier }) => identifier.split(':').at(-1)!);

test('shows files and statistics, the same until the record changes', () => {
  const sim = createSim({ repository: createRepository({ size: 5 }) });
  const [recid] = recidsOf(sim) as [string];
  const first = askRest(sim, `/api/records/${recid}`);
  expect(first.status).toBe(200);
  const { id, files, stats } = shown(first.text);
  expect(id).toBe(Number(recid));
  expect(files[0]).toMatchObject({
    key: expect.any(String),
    size: expect.any(Number),
    checksum: expect.stringMatching(/^md5:[0-9a-f]{32}$/),
  });
  expect(files[0].links.self).toMatch(new RegExp(`^http://sim.test/api/records/${recid}/files/.+/content$`));
  expect(Object.keys(stats)).toContain('version_unique_downloads');
  expect(askRest(sim, `/api/records/${recid}`).text).toBe(first.text);
  sim.repository.touch([recid], NOW);
  expect(shown(askRest(sim, `/api/records/${recid}`).text).stats.views).toBe(stats.views + 1);
});

test('answers in the form of InvenioRDM when asked for it, with the same files and statistics', () => {
  const sim = createSim({ repository: createRepository({ size: 5 }) });
  const invenio = 'application/vnd.inveniordm.v1+json';
  for (const recid of recidsOf(sim)) {
    const legacy = JSON.parse(askRest(sim, `/api/records/${recid}`).text) as {
      stats: { views: number };
      files: { key: string; links: { self: string } }[];
    };
    const { text, headers } = askRest(sim, `/api/records/${recid}`, NOW, `${invenio}, application/json;q=0.9`);
    expect(headers['content-type']).toBe(invenio);
    const record = JSON.parse(text) as { files: { entries: Record<string, { links: { content: string } }> } };
    expect(record).toMatchObject({
      id: recid,
      metadata: { title: expect.any(String) },
      stats: { all_versions: { views: legacy.stats.views } },
    });
    expect(Object.entries(record.files.entries).map(([key, { links }]) => [key, links.content])).toEqual(
      legacy.files.map(({ key, links }) => [key, links.self]),
    );
    const found = askRest(sim, `/api/records?q=recid:(${recid})&all_versions=true`, NOW, invenio);
    expect((JSON.parse(found.text) as { hits: { hits: object[] } }).hits.hits).toEqual([record]);
  }
});

test('tells the deleted, the private and the unknown apart', () => {
  const sim = createSim({ repository: createRepository({ size: 5 }) });
  const [deleted, restricted] = recidsOf(sim) as [string, string];
  sim.repository.vanish([deleted], NOW);
  sim.repository.vanish([restricted], NOW, 'restricted');
  expect(JSON.parse(askRest(sim, `/api/records/${deleted}`).text)).toMatchObject({ status: 410, tombstone: { is_visible: true } });
  expect(askRest(sim, `/api/records/${restricted}`).status).toBe(403);
  expect(askRest(sim, '/api/records/1').status).toBe(404);
  expect(askRest(sim, '/api/records/x').status).toBe(404);
});

test('a search shows the records of these numbers, except the deleted and the private', () => {
  const sim = createSim({ repository: createRepository({ size: 40 }) });
  const recids = recidsOf(sim);
  sim.repository.vanish([recids[0]!], NOW);
  sim.repository.vanish([recids[1]!], NOW, 'restricted');
  const search = (some: readonly string[], size = 25) =>
    askRest(sim, `/api/records?q=${encodeURIComponent(`recid:(${some.join(' OR ')})`)}&all_versions=true&size=${size}`);
  interface Found {
    readonly hits: { readonly hits: readonly Shown[]; readonly total: number };
  }
  const { hits } = JSON.parse(search([...recids.slice(0, 5), '1']).text) as Found;
  expect(hits.total).toBe(3);
  expect(hits.hits).toEqual(recids.slice(2, 5).map((recid) => shown(askRest(sim, `/api/records/${recid}`).text)));
  expect((JSON.parse(search(recids.slice(2, 40)).text) as Found).hits).toMatchObject({ total: 38, hits: { length: 25 } });
  expect(search(recids, 26)).toMatchObject({ status: 400, text: expect.stringContaining('cannot be greater than 25') });
  expect(askRest(sim, '/api/records?q=climate').status).toBe(501);
  expect(sim.log.counts().verbs['REST']).toBeGreaterThan(4);
});

test('shares the limiter with OAI-PMH, and takes faults of verb REST', () => {
  const faults = [{ fault: 'http-503', at: { verb: 'REST' }, retryAfter: 1 }] as const;
  const sim = createSim({ repository: createRepository({ size: 5 }), ratePerMinute: 2, faults });
  const path = `/api/records/${recidsOf(sim)[0]}`;
  expect(askRest(sim, '/oai2d?verb=Identify').status).toBe(200);
  expect(askRest(sim, path).status).toBe(503);
  expect(askRest(sim, path).status).toBe(429);
  expect(sim.log.counts().verbs).toMatchObject({ Identify: 1, REST: 2 });
  expect(askRest(sim, path, NOW + 61_000).status).toBe(200);
});
