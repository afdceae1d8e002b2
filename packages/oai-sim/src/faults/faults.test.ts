import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SimAnswer } from '../answer.ts';
import { FAULTS } from './faults.ts';
import type { Fault, FaultName } from './faults.ts';
import { createRepository } from '../repository/repository.ts';
import { createSim, handle } from '../server/sim.ts';
import type { Sim } from '../server/sim.ts';
import { ask, LIST, NOW, readReply, recidsOf, resume, walk } from '../../test/simulated.ts';
import type { Reply } from '../../test/simulated.ts';

const RECORDS = 'verb=ListRecords&metadataPrefix=oai_datacite';

function sim(...faults: Fault[]): Sim {
  return createSim({ repository: createRepository({ size: 320 }), faults });
}

/** The pages of a list that nothing happens to. */
const sound = walk(sim()).map((page) => page.recids);

/** Page 2 asked for when the fault is due at page 2, then once more with the same token. */
function atPageTwo(fault: FaultName, more: Partial<Fault> = {}, query = LIST): { first: Reply; hit: Reply; again: Reply; raw: SimAnswer } {
  const verb = query === LIST ? 'ListIdentifiers' : 'ListRecords';
  const faulty = sim({ fault, at: { page: 2 }, ...more });
  const first = ask(faulty, query);
  const raw = handle({ method: 'GET', url: `/oai2d?${resume(first.token, verb)}`, headers: { host: 'sim.test' } }, faulty, NOW);
  return {
    first,
    raw,
    hit: readReply(raw.status, raw.headers, Buffer.from(raw.body).toString()),
    again: ask(faulty, resume(first.token, verb)),
  };
}

describe('answers that take the place of the page', () => {
  const cases: [FaultName, string, Partial<Fault>, number][] = [
    ['token-expired', '422 badResumptionToken', {}, 1],
    ['http-403', '403 text/html', {}, 1],
    ['http-429', '429 text/html', { retryAfter: 2 }, 1],
    ['http-500', '500 text/html', {}, 2],
    ['http-502', '502 text/html', {}, 1],
    ['http-503', '503 text/html', { retryAfter: 'Fri, 07 Nov 2026 23:59:59 GMT' }, 1],
    ['http-504', '504 text/html', {}, 2],
    ['html-200', '200 text/html', {}, 1],
    ['http-502', '502 text/html', { consumed: true }, 2],
    ['http-500', '500 text/html', { consumed: false }, 1],
  ];
  test.each(cases)('%s is %s', (fault, outcome, more, next) => {
    const { hit, again } = atPageTwo(fault, more);
    expect(hit.outcome).toBe(outcome);
    expect(hit.headers['retry-after']).toBe(more.retryAfter === undefined ? undefined : String(more.retryAfter));
    // The page after a consumed one is page 3, under the cursor of page 2.
    expect(again.recids).toEqual(sound[next]);
    expect(again.cursor).toBe('50');
  });

  test('cut-before-headers keeps the page, cut-after-consumed does not', () => {
    expect(atPageTwo('cut-before-headers').raw.transport).toEqual({ kind: 'cut-before-headers' });
    expect(atPageTwo('cut-before-headers').again.recids).toEqual(sound[1]);
    expect(atPageTwo('cut-after-consumed').raw.transport).toEqual({ kind: 'cut-before-headers' });
    expect(atPageTwo('cut-after-consumed').again.recids).toEqual(sound[2]);
  });
});

describe('a sound answer sent badly', () => {
  test.each([
    ['cut-body', { kind: 'cut-body', share: 0.5 }],
    ['stall', { kind: 'stall', ms: 70 }],
    ['slow-body', { kind: 'slow-body', ms: 70 }],
  ] as const)('%s', (fault, transport) => {
    const { raw, hit, again } = atPageTwo(fault, { ms: 70 });
    expect(raw.transport).toEqual(transport);
    expect(hit.recids).toEqual(sound[1]);
    expect(again.recids).toEqual(sound[2]);
  });
});

describe('bytes that are not as they should be', () => {
  test('cut-xml ends in the middle', () => {
    const { hit } = atPageTwo('cut-xml');
    expect(hit.text).not.toContain('</OAI-PMH>');
    expect(hit.recids.length).toBeGreaterThan(10);
  });

  test.each([
    ['control-character', /\u0001<\/title>/],
    ['bare-ampersand', / R&D <\/title>/],
    ['invalid-utf8', /\ufffd\ufffd<\/title>/],
  ] as const)('%s is in the title of the first record', (fault, pattern) => {
    const { hit, raw } = atPageTwo(fault, {}, RECORDS);
    const records = hit.text.split('<record>').slice(1);
    expect(records.map((record) => pattern.test(record))).toEqual(records.map((_, i) => i === 0));
    expect(Buffer.from(raw.body).includes(Buffer.from([0xff, 0xfe]))).toBe(fault === 'invalid-utf8');
  });

  test('gzip-unannounced', () => {
    const { raw } = atPageTwo('gzip-unannounced');
    expect(raw.headers['content-encoding']).toBeUndefined();
    expect(readReply(200, {}, gunzipSync(raw.body).toString()).recids).toEqual(sound[1]);
  });

  test('wrong-content-type around sound XML', () => {
    const { hit } = atPageTwo('wrong-content-type');
    expect(hit.headers['content-type']).toBe('text/html; charset=iso-8859-1');
    expect(hit.recids).toEqual(sound[1]);
  });
});

describe('lists that are not as they should be', () => {
  test('token-repeated: the token that was sent comes back', () => {
    const { first, hit } = atPageTwo('token-repeated');
    expect(hit.token).toBe(first.token);
    expect(hit.recids).toEqual(sound[1]);
    expect(walk(sim({ fault: 'token-repeated', times: 1000 }), LIST, NOW, 40).length).toBe(40);
  });

  test('token-cycle: the walk comes back to pages it had', () => {
    const faulty = sim({ fault: 'token-cycle', at: { page: 5 } });
    expect(walk(faulty).map((page) => page.recids)).toEqual([...sound.slice(0, 5), ...sound.slice(3)]);
    expect(walk(sim({ fault: 'token-cycle', at: { page: 5 }, times: 1000 }), LIST, NOW, 40).length).toBe(40);
  });

  test('list-grows: new records join, the size grows, nothing is promised that does not come', () => {
    const faulty = sim({ fault: 'list-grows', at: { page: 2 } }, { fault: 'list-grows', at: { page: 4 } });
    const pages = walk(faulty);
    expect(pages.map((page) => page.total)).toEqual(['320', '323', '323', '326', '326', '326', '326']);
    expect(new Set(recidsOf(pages)).size).toBe(326);
  });

  test('list-shrinks: one record is never sent, and the size is smaller from then on', () => {
    const pages = walk(sim({ fault: 'list-shrinks', at: { page: 2 } }));
    expect(pages.map((page) => page.total)).toEqual(['320', '319', '319', '319', '319', '319', '319']);
    expect(recidsOf(pages)).toEqual(sound.flat().filter((recid) => recid !== sound[1]![0]));
  });

  test('until-alone-refused: until needs from', () => {
    const faulty = sim({ fault: 'until-alone-refused', times: 1000 });
    const until = `${LIST}&until=2026-01-01`;
    expect(ask(faulty, until).outcome).toContain('badArgument');
    expect(ask(faulty, `${until}&from=2014-02-03`).outcome).toBe('ok');
    expect(ask(faulty, LIST).outcome).toBe('ok');
  });

  test('empty-page: no records, a token, and the records are gone', () => {
    const { hit, again } = atPageTwo('empty-page');
    expect([hit.outcome, hit.recids, hit.token === null]).toEqual(['ok', [], false]);
    expect(again.recids).toEqual(sound[2]);
  });

  test.each([
    ['size-absent', null, '50'],
    ['size-wrong', '327', '50'],
    ['size-not-a-number', "{u'relation': u'eq', u'value': 257}", '50'],
    ['cursor-absent', '320', null],
  ] as const)('%s', (fault, total, cursor) => {
    const { hit } = atPageTwo(fault);
    expect([hit.total, hit.cursor, hit.recids]).toEqual([total, cursor, sound[1]]);
  });

  test('from-ignored: datestamps outside the window', () => {
    const honest = ask(sim(), `${LIST}&from=2026-01-01`);
    const answer = ask(sim({ fault: 'from-ignored' }), `${LIST}&from=2026-01-01`);
    expect(honest.datestamps.every((datestamp) => datestamp >= '2026')).toBe(true);
    expect(answer.datestamps.some((datestamp) => datestamp < '2026')).toBe(true);
    expect(answer.total).toBe('320');
  });

  test('day-datestamps', () => {
    for (const datestamp of atPageTwo('day-datestamps').hit.datestamps) expect(datestamp).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

describe('when a fault happens', () => {
  test('once, unless specified, and at list requests only, unless specified', () => {
    const faulty = sim({ fault: 'http-503' });
    expect([ask(faulty, 'verb=Identify').status, ask(faulty, LIST).status, ask(faulty, LIST).status]).toEqual([200, 503, 200]);
    const identify = sim({ fault: 'http-503', at: { verb: 'Identify' }, times: 2 });
    expect(
      [ask(identify, LIST), ask(identify, 'verb=Identify'), ask(identify, 'verb=Identify'), ask(identify, 'verb=Identify')].map(
        (answer) => answer.status,
      ),
    ).toEqual([200, 503, 503, 200]);
    const third = sim({ fault: 'http-503', at: { request: 3 } });
    expect([1, 2, 3, 4].map(() => ask(third, 'verb=Identify').status)).toEqual([200, 200, 503, 200]);
    const set = sim({ fault: 'http-503', at: { set: 'software' } });
    expect([ask(set, LIST).status, ask(set, `${LIST}&set=software`).status]).toEqual([200, 503]);
  });

  test('by rate: in about that share of the list requests, the same ones for the same seed', () => {
    const statuses = (): number[] => {
      const faulty = sim({ fault: 'http-503', rate: 0.1 });
      return Array.from({ length: 400 }, () => ask(faulty, `${LIST}&from=2026-08-30`).status);
    };
    const [one, two] = [statuses(), statuses()];
    expect(two).toEqual(one);
    const hits = one.filter((status) => status === 503).length;
    expect(hits).toBeGreaterThan(20);
    expect(hits).toBeLessThan(65);
  });
});

test('every fault of lists is listed with what it does, and changes something', () => {
  const ofLists = (Object.keys(FAULTS) as FaultName[]).filter((fault) => !fault.startsWith('dump-'));
  for (const fault of ofLists) {
    const query = RECORDS + (fault === 'from-ignored' ? '&from=2026-01-01' : fault === 'until-alone-refused' ? '&until=2026-01-01' : '');
    const answers = [sim(), sim({ fault, times: 3 })].map((target) => {
      const first = ask(target, query);
      return handle(
        {
          method: 'GET',
          url: `/oai2d?${first.token === null ? query : resume(first.token, 'ListRecords')}`,
          headers: { host: 'sim.test' },
        },
        target,
        NOW,
      );
    });
    const [plain, faulty] = answers as [SimAnswer, SimAnswer];
    expect([fault, faulty.fault]).toEqual([fault, fault === 'from-ignored' ? faulty.fault : fault]);
    expect([
      fault,
      Buffer.from(plain.body).equals(faulty.body) &&
        plain.status === faulty.status &&
        faulty.transport === undefined &&
        plain.headers['content-type'] === faulty.headers['content-type'],
    ]).toEqual([fault, false]);
  }
});
