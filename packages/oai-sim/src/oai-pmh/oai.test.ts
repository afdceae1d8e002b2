import { describe, expect, test } from 'vitest';
import { createRepository } from '../repository/repository.ts';
import { ask, LIST, NOW, recidsOf, repositoryWith, resume, walk } from '../../test/simulated.ts';

const many = (count: number, setSpec: string): { datestamp: string; setSpecs: string[] }[] =>
  Array.from({ length: count }, (_, i) => ({
    datestamp: new Date(Date.parse('2020-01-01T00:00:00Z') + i * 7_777_777).toISOString(),
    setSpecs: [setSpec],
  }));
const fresh = (): ReturnType<typeof createRepository> =>
  repositoryWith([...many(230, 'user-a'), ...many(100, 'user-two-pages'), ...many(50, 'user-one-page'), ...many(7, 'user-few')]);

describe('a scroll token', () => {
  test('a walk is complete, unsorted, the same twice, with a constant exact completeListSize', () => {
    const repository = fresh();
    const first = walk(repository);
    const second = walk(repository);
    expect(new Set(recidsOf(first)).size).toBe(387);
    expect(recidsOf(second)).toEqual(recidsOf(first));
    const datestamps = first.flatMap((page) => page.datestamps);
    expect(datestamps).not.toEqual([...datestamps].sort());
    expect(new Set(first.map((page) => page.total))).toEqual(new Set(['387']));
    expect(first.map((page) => page.cursor)).toEqual(['0', '50', '100', '150', '200', '250', '300', '350']);
  });

  test('sent twice it gives the next page with the same cursor', () => {
    const repository = fresh();
    const pages = walk(repository, `${LIST}&set=user-a`).map((page) => page.recids);
    const { token } = ask(repository, `${LIST}&set=user-a`);
    const [second, third] = [ask(repository, resume(token)), ask(repository, resume(token))];
    expect([second.recids, third.recids]).toEqual([pages[1], pages[2]]);
    expect([second.cursor, third.cursor]).toEqual(['50', '50']);
  });

  test('one lost answer shows only in the count: the walk ends on time, with status 200 throughout', () => {
    const repository = fresh();
    const complete = walk(repository, `${LIST}&set=user-two-pages`);
    expect(complete.map((page) => page.recids.length)).toEqual([50, 50, 0]);
    const { token } = ask(repository, `${LIST}&set=user-two-pages`);
    ask(repository, resume(token));
    const second = ask(repository, resume(token));
    const third = ask(repository, resume(second.token));
    expect([second, third].map((page) => [page.outcome, page.recids.length, page.token === null])).toEqual([
      ['ok', 0, false],
      ['ok', 0, true],
    ]);
  });

  test('of the last page it works once, then 500 HTML', () => {
    const repository = fresh();
    const pages = walk(repository, `${LIST}&set=user-a`);
    const token = pages.at(-2)?.token ?? '';
    expect(ask(repository, resume(token)).outcome).toBe('500 text/html');
    expect(pages.at(-1)?.text).toMatch(/<resumptionToken expirationDate="[^"]+" cursor="200" completeListSize="230"\/>/);
  });

  test('expires after its life in whole seconds', () => {
    const repository = repositoryWith(many(200, 'user-a'), { tokenLifeMs: 5000 });
    const at = Date.parse('2026-09-01T12:00:00.000Z');
    expect(ask(repository, resume(ask(repository, LIST, at).token), at + 5500).outcome).toBe('ok');
    const late = ask(repository, resume(ask(repository, LIST, at).token), at + 6100);
    expect(late.outcome).toBe('422 badResumptionToken');
    expect(late.text).toContain('The value of the resumptionToken argument is invalid or expired.');
    expect(ask(repository, LIST, at).text).toContain('expirationDate="2026-09-01T12:00:05Z"');
  });

  test('is refused when altered, empty or of another verb', () => {
    const repository = fresh();
    const token = ask(repository, LIST).token as string;
    expect(token).toMatch(/^[A-Za-z0-9_.-]{90,500}$/);
    for (const query of [
      resume('abc'),
      resume(''),
      resume(`${token}x`),
      resume(`f${token.slice(1)}`),
      resume(token, 'ListRecords'),
      resume(token, 'ListSets'),
    ]) {
      expect([query, ask(repository, query).outcome]).toEqual([query, '422 badResumptionToken']);
    }
  });

  test('there is an empty last page after an exact multiple, and no token element on a single page', () => {
    expect(walk(fresh(), `${LIST}&set=user-one-page`).map((page) => page.recids.length)).toEqual([50, 0]);
    expect(ask(fresh(), `${LIST}&set=user-few`).text).not.toContain('resumptionToken');
  });

  test('too many open lists: every list and GetRecord fail, Identify and ListSets go on, until they expire', () => {
    const repository = repositoryWith(many(120, 'user-a'), { scrollLimit: 3, tokenLifeMs: 10_000 });
    const tokens = [1, 2, 3].map(() => ask(repository, LIST).token);
    const identifier = `oai:zenodo.org:${ask(fresh(), LIST).recids[0]}`;
    for (const query of [LIST, resume(tokens[0] ?? ''), `verb=GetRecord&metadataPrefix=oai_dc&identifier=${identifier}`])
      expect(ask(repository, query).outcome).toBe('500 text/html');
    expect([ask(repository, 'verb=Identify').outcome, ask(repository, 'verb=ListSets').outcome]).toEqual(['ok', 'ok']);
    expect(ask(repository, LIST, NOW + 13_000).outcome).toBe('ok');
  });
});

test('stateless tokens can be repeated, keep the snapshot, and end without an empty page', () => {
  const repository = repositoryWith(many(100, 'user-a'), { tokens: 'stateless' });
  const first = ask(repository, LIST);
  repository.touch({ fraction: 1 }, NOW);
  const [second, again] = [ask(repository, resume(first.token)), ask(repository, resume(first.token))];
  expect(again.recids).toEqual(second.recids);
  expect(new Set([...first.recids, ...second.recids]).size).toBe(100);
  expect(second.token).toBeNull();
});

describe('from and until', () => {
  const edges = [
    '2019-06-14T23:59:59.999Z',
    '2019-06-15T00:00:00.000Z',
    '2019-06-15T00:00:00.300Z',
    '2019-06-15T12:00:05.000Z',
    '2019-06-15T12:00:05.300Z',
    '2019-06-15T12:00:05.999Z',
    '2019-06-15T12:00:06.000Z',
    '2019-06-15T23:59:59.999Z',
    '2019-06-16T00:00:00.000Z',
  ];
  const repository = repositoryWith(edges.map((datestamp) => ({ datestamp })));
  const plan = walk(repository)
    .flatMap((page) => page.recids)
    .sort((a, b) => a - b);
  const window = (bounds: string): string =>
    ask(repository, `${LIST}&${bounds}`)
      .recids.map((recid) => plan.indexOf(recid) + 1)
      .sort((a, b) => a - b)
      .join('');

  test.each([
    ['from=2019-06-15&until=2019-06-15', '23'],
    ['from=2019-06-15&until=2019-06-16', '23456789'],
    ['from=2019-06-15T12:00:05Z&until=2019-06-15T12:00:05Z', '456'],
    ['from=2019-06-15T12:00:06Z&until=2019-06-15T12:00:06Z', '7'],
    ['from=2019-06-15T12:00:05.300Z&until=2019-06-15T12:00:05.300Z', '5'],
    ['until=2019-06-14T23:59:59Z', '1'],
    ['from=2019-06-16', '9'],
    ['from=2019-06-15T14:00:06%2B02:00&until=2019-06-15T14:00:06%2B02:00', '7'],
  ])('%s', (bounds, expected) => expect(window(bounds)).toBe(expected));

  test.each([
    ['from=2020-01-02&until=2020-01-01', '422 badArgument'],
    ['from=2090-01-01', '422 noRecordsMatch'],
    ['from=abc', '422 badArgument'],
    ['from=2019-02-30', '422 badArgument'],
    ['from=2019-06-15&until=2019-06-16T00:00:00Z', '500 text/html'],
  ])('%s is %s', (bounds, outcome) => expect(ask(repository, `${LIST}&${bounds}`).outcome).toBe(outcome));

  test('are echoed as times', () => {
    expect(ask(repository, `${LIST}&from=2019-06-15&until=2019-06-16`).text).toContain(
      '<request verb="ListIdentifiers" from="2019-06-15T00:00:00Z" until="2019-06-16T00:00:00Z" metadataPrefix="oai_datacite">http://sim.test/oai2d</request>',
    );
  });

  test('of a repository with day granularity are whole days', () => {
    const days = repositoryWith(
      edges.map((datestamp) => ({ datestamp })),
      { granularity: 'day' },
    );
    const answer = ask(days, `${LIST}&from=2019-06-15&until=2019-06-15`);
    expect(answer.recids.length).toBe(7);
    expect(new Set(answer.datestamps)).toEqual(new Set(['2019-06-15']));
    expect(ask(days, `${LIST}&from=2019-06-15T00:00:00Z`).outcome).toBe('422 badArgument');
    expect(ask(days, 'verb=Identify').text).toContain('<granularity>YYYY-MM-DD</granularity>');
  });
});

describe('errors', () => {
  const repository = fresh();
  const token = ask(repository, LIST).token;
  test.each([
    ['verb=ListRecords&metadataPrefix=oai_dc&set=user-nope', '422 noRecordsMatch', '></error>'],
    ['verb=ListRecords&metadataPrefix=oai_dc&set=', '422 noRecordsMatch', '></error>'],
    ['verb=ListRecords&metadataPrefix=nope', '422 badArgument', '>metadataPrefix does not exist<'],
    ['verb=ListRecords', '422 badArgument', '>Missing data for required field.<'],
    ['verb=Nope', '422 badArgument', '>This is not a valid OAI-PMH verb:Nope<'],
    ['', '422 badVerb', '>Missing data for required field.<'],
    ['verb=GetMetadata&metadataPrefix=oai_dc&identifier=oai:zenodo.org:1', '500 text/html', ''],
    ['verb=Identify&foo=1', '422 badArgument', '>You have passed too many arguments.<'],
    [`${LIST}&resumptionToken=${token}`, '422 badArgument', '>You have passed too many arguments.<'],
    ['verb=ListIdentifiers&metadataPrefix=oai_dc&metadataPrefix=nope', 'ok', ''],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:zenodo.org:1', '422 idDoesNotExist', '>No matching identifier<'],
    ['verb=ListMetadataFormats&identifier=oai:zenodo.org:1', '422 idDoesNotExist', '>No matching identifier<'],
    [`${LIST}&from=2020-02-01&until=2020-01-01`, '422 badArgument', '>Date &quot;from&quot; must be before &quot;until&quot;.<'],
  ])('%s', (query, outcome, text) => {
    const answer = ask(repository, query);
    expect(answer.outcome).toBe(outcome);
    expect(answer.text).toContain(text);
  });

  test('have no XML declaration and no attributes on <request>', () => {
    expect(ask(repository, 'verb=Nope').text).toMatch(
      /^<\?xml-stylesheet [^>]*\?><OAI-PMH [^>]*><responseDate>2026-09-01T12:00:00Z<\/responseDate><request>http:\/\/sim\.test\/oai2d<\/request><error /,
    );
  });

  test('methods: arguments count only in the URL', () => {
    expect(ask(repository, '', NOW, 'POST').outcome).toBe('422 badVerb');
    expect(ask(repository, 'verb=Identify', NOW, 'POST').outcome).toBe('ok');
    expect(ask(repository, 'verb=Identify', NOW, 'HEAD').outcome).toBe('ok');
    expect(ask(repository, 'verb=Identify', NOW, 'PUT').status).toBe(405);
  });
});

test('ListSets: every set once, tokens that can be repeated', () => {
  const repository = createRepository({ size: 100, communities: 110 });
  const pages = walk(repository, 'verb=ListSets');
  const specs = pages.flatMap((page) => [...page.text.matchAll(/<setSpec>([^<]*)</g)].map(([, spec]) => spec));
  expect([pages.length, specs.length, new Set(specs).size, pages[0]?.total]).toEqual([3, 113, 113, '113']);
  expect(ask(repository, resume(pages[0]?.token ?? null, 'ListSets')).text).toBe(pages[1]?.text);
  expect(pages.map((page) => page.text).join('')).toMatch(/<setName>[^<]* <\/setName>/);
});

test.each(['oai_dc', 'datacite', 'oai_datacite', 'datacite4', 'oai_datacite4'])('GetRecord and ListRecords in %s', (prefix) => {
  const repository = createRepository({ size: 60 });
  expect(ask(repository, 'verb=ListMetadataFormats').text).toContain(`<metadataPrefix>${prefix}</metadataPrefix>`);
  const recid = ask(repository, `verb=ListRecords&metadataPrefix=${prefix}`).recids[0];
  const record = ask(repository, `verb=GetRecord&metadataPrefix=${prefix}&identifier=oai:zenodo.org:${recid}`);
  expect(record.recids).toEqual([recid]);
  expect(record.text).toContain(prefix === 'oai_dc' ? '<oai_dc:dc ' : '<resource ');
  expect(record.text.includes('<oai_datacite ')).toBe(prefix.startsWith('oai_datacite'));
});
