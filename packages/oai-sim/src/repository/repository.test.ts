import { describe, expect, test } from 'vitest';
import { createRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { ask, LIST, NOW, recidsOf, resume, walk } from '../../test/simulated.ts';

const LATER = '2026-10-05T09:30:15Z';
const AT = Date.parse(LATER);

function first(repository: Repository, count: number): number[] {
  return recidsOf(walk(repository)).slice(0, count);
}

function ledger(
  repository: Repository,
): Map<string, { datestamp: string; setSpecs: readonly string[]; deleted: boolean; metadataVersion: number }> {
  return new Map([...repository.ledger()].map(({ identifier, ...rest }) => [identifier, rest]));
}

/** What a full walk says, in the shape of the ledger (without the metadata version). */
function listed(repository: Repository): Map<string, { datestamp: string; setSpecs: string[]; deleted: boolean }> {
  const headers = walk(repository).flatMap((page) => [...page.text.matchAll(/<header( status="deleted")?>([\s\S]*?)<\/header>/g)]);
  return new Map(
    headers.map(([, deleted, text = '']) => [
      /<identifier>([^<]*)/.exec(text)?.[1] as string,
      {
        datestamp: /<datestamp>([^<]*)/.exec(text)?.[1] as string,
        deleted: deleted !== undefined,
        setSpecs: [...text.matchAll(/<setSpec>([^<]*)/g)].map(([, set]) => set as string),
      },
    ]),
  );
}

test('the ledger is what a walk sees, before and after changes of every kind', () => {
  const repository = createRepository({ size: 1200, deletedRecord: 'persistent' });
  const [a = 0, b = 0, c = 0, d = 0] = first(repository, 4);
  const check = (): void => {
    const held = [...repository.ledger()].map(
      ({ identifier, datestamp, deleted, setSpecs }) => [identifier, { datestamp, deleted, setSpecs }] as const,
    );
    expect(listed(repository)).toEqual(new Map(held));
  };
  check();
  repository.touch({ fraction: 0.2 }, AT);
  repository.vanish([a, b], AT);
  repository.restore([b], AT + 1000);
  repository.addToSet([c], 'user-brand-new');
  repository.removeFromSet({ fraction: 0.5 }, 'software');
  repository.create(30, AT);
  repository.touch([d, `oai:zenodo.org:${c}`], AT + 2000);
  check();
  expect(listed(repository).size).toBe(1230);
});

describe('touch', () => {
  test('gives a new datestamp and other metadata, at the end of the list, and finds recids, identifiers and fractions', () => {
    const repository = createRepository({ size: 300 });
    const [a = 0, b = 0] = first(repository, 2);
    expect(repository.touch([a, `oai:zenodo.org:${b}`, 1], AT)).toBe(2);
    expect(recidsOf(walk(repository)).slice(-2)).toEqual([a, b]);
    expect(ask(repository, `${LIST}&from=${LATER}`).recids).toEqual([a, b]);
    expect(ask(repository, `verb=GetRecord&metadataPrefix=oai_datacite&identifier=oai:zenodo.org:${a}`).text).toContain('(revision 1)');
    expect(ledger(repository).get(`oai:zenodo.org:${a}`)).toMatchObject({ datestamp: LATER, metadataVersion: 1 });
    const share = repository.touch({ fraction: 0.3 }, AT);
    expect(share).toBeGreaterThan(50);
    expect(share).toBeLessThan(140);
  });

  test('during a walk changes neither places nor datestamps of the list', () => {
    const repository = createRepository({ size: 300 });
    const before = walk(repository);
    const start = ask(repository, LIST);
    repository.touch({ fraction: 1 }, AT);
    const rest = [start];
    for (let { token } = start; token !== null; token = rest.at(-1)?.token ?? null) rest.push(ask(repository, resume(token)));
    expect(recidsOf(rest)).toEqual(recidsOf(before));
    expect(rest.flatMap((page) => page.datestamps)).toEqual(before.flatMap((page) => page.datestamps));
    expect(new Set(walk(repository).flatMap((page) => page.datestamps))).toEqual(new Set([LATER]));
  });
});

describe('vanish', () => {
  test('leaves no trace in lists; a deleted record is a 500 at GetRecord, a restricted one not found', () => {
    const repository = createRepository({ size: 300 });
    const [a = 0, b = 0] = first(repository, 2);
    repository.vanish([a], AT);
    repository.vanish([b], AT, 'restricted');
    expect(recidsOf(walk(repository))).not.toContain(a);
    expect([walk(repository)[0]?.total, repository.count()]).toEqual(['298', 298]);
    const get = (recid: number): string =>
      ask(repository, `verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:zenodo.org:${recid}`).outcome;
    expect([get(a), get(b)]).toEqual(['500 text/html', '422 idDoesNotExist']);
    repository.restore([a, b], AT);
    expect([get(a), get(b), repository.count()]).toEqual(['ok', 'ok', 300]);
    expect(ask(repository, `${LIST}&from=${LATER}`).recids).toEqual([a, b]);
  });

  test('with deletedRecord persistent leaves a header with the time of deletion and no metadata', () => {
    const repository = createRepository({ size: 300, deletedRecord: 'persistent' });
    const [a = 0] = first(repository, 1);
    repository.vanish([a], AT);
    const answer = ask(repository, `verb=ListRecords&metadataPrefix=oai_datacite&from=${LATER}`);
    expect(answer.text).toMatch(
      new RegExp(
        `<record>\\s*<header status="deleted">\\s*<identifier>oai:zenodo\\.org:${a}</identifier>\\s*<datestamp>${LATER}</datestamp>(\\s*<setSpec>[^<]*</setSpec>)*\\s*</header>\\s*</record>`,
      ),
    );
    expect(ask(repository, 'verb=Identify').text).toContain('<deletedRecord>persistent</deletedRecord>');
  });
});

test('sets: membership changes setSpec and not the datestamp, and what a list by set finds', () => {
  const repository = createRepository({ size: 300 });
  const [a = 0] = first(repository, 1);
  const before = ledger(repository).get(`oai:zenodo.org:${a}`);
  expect(ask(repository, `${LIST}&set=user-brand-new`).outcome).toBe('422 noRecordsMatch');
  repository.addToSet([a], 'user-brand-new');
  expect(ask(repository, `${LIST}&set=user-brand-new`).recids).toEqual([a]);
  expect(ledger(repository).get(`oai:zenodo.org:${a}`)).toEqual({ ...before, setSpecs: [...(before?.setSpecs ?? []), 'user-brand-new'] });
  expect(ask(repository, `${LIST}&from=${new Date(NOW).toISOString()}`).outcome).toBe('422 noRecordsMatch');
  repository.removeFromSet([a], 'user-brand-new');
  expect(ask(repository, `${LIST}&set=user-brand-new`).outcome).toBe('422 noRecordsMatch');
});

test('set memberships are computed when the page is built, even in a list opened earlier', () => {
  const repository = createRepository({ size: 120 });
  const start = ask(repository, LIST);
  repository.addToSet({ fraction: 1 }, 'user-brand-new');
  expect(ask(repository, resume(start.token)).text.match(/<setSpec>user-brand-new</g)?.length).toBe(50);
});

test('lists by set agree with the ledger', () => {
  const repository = createRepository({ size: 3000 });
  repository.touch({ fraction: 0.1 }, AT);
  for (const set of ['openaire', 'openaire_data', 'software', 'user-coastal-ecology']) {
    const members = [...repository.ledger()]
      .filter(({ setSpecs }) => setSpecs.includes(set))
      .map(({ identifier }) => Number(identifier.slice(15)));
    expect(members.length).toBeGreaterThan(200);
    const pages = walk(repository, `${LIST}&set=${set}`);
    expect(recidsOf(pages).sort((x, y) => x - y)).toEqual(members.sort((x, y) => x - y));
    expect(pages[0]?.total).toBe(String(members.length));
  }
});

test('windows without overlap find every record once, sub-second datestamps included', () => {
  const repository = createRepository({ size: 3000 });
  let found = 0;
  for (let year = 2014; year <= 2026; year++) {
    const pages = walk(repository, `${LIST}&from=${year}-01-01T00:00:00Z&until=${year}-12-31T23:59:59Z`);
    found += recidsOf(pages).length;
    expect(Number(pages[0]?.total ?? recidsOf(pages).length)).toBe(recidsOf(pages).length);
  }
  expect(found).toBe(3000);
});

test('create brings new records with their own numbers', () => {
  const repository = createRepository({ size: 100 });
  const identifiers = repository.create(5, AT);
  expect(new Set(identifiers).size).toBe(5);
  expect(ask(repository, `${LIST}&from=${LATER}`).recids.map((recid) => `oai:zenodo.org:${recid}`)).toEqual(identifiers);
  expect(ask(repository, `verb=GetRecord&metadataPrefix=datacite&identifier=${identifiers[4]}`).outcome).toBe('ok');
  expect(repository.count()).toBe(105);
});

test('an empty repository has no records and says so', () => {
  const repository = createRepository({ size: 0 });
  expect(ask(repository, LIST).outcome).toBe('422 noRecordsMatch');
  expect(ask(repository, 'verb=Identify').outcome).toBe('ok');
});
