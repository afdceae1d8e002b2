import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryError } from '../errors.ts';
import { compileQuery } from './compile.ts';
import { parseQuery, type QueryNode } from './parse.ts';

/** A query as it was understood, fully bracketed. */
function show(node: QueryNode): string {
  const name = 'field' in node && node.field !== null ? `${node.field}:` : '';
  switch (node.kind) {
    case 'all':
      return '*';
    case 'none':
      return '';
    case 'and':
      return `(${node.nodes.map(show).join(node.implicit ? ' ' : ' AND ')})`;
    case 'or':
      return `(${node.nodes.map(show).join(' OR ')})`;
    case 'not':
      return `NOT ${show(node.node)}`;
    case 'boost':
      return `${show(node.node)}^${node.boost}`;
    case 'word':
      return `${name}${node.pattern ? `<${node.pattern}>` : node.text}${node.fuzziness === null ? '' : `~${node.fuzziness}`}`;
    case 'phrase':
      return `${name}"${node.text}"${node.slop ? `~${node.slop}` : ''}`;
    case 'regexp':
      return `${name}/${node.pattern}/`;
    case 'range':
      return `${name}${node.includesFrom ? '[' : '{'}${node.from ?? '*'} TO ${node.to ?? '*'}${node.includesTo ? ']' : '}'}`;
    case 'exists':
      return `exists(${node.field})`;
  }
}

function refused(query: string): QueryError {
  try {
    compileQuery(parseQuery(query));
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`not refused: ${query}`);
}

describe('what is understood', () => {
  test.each([
    ['', '*'],
    ['   ', '*'],
    ['*', '*'],
    ['*:*', '*'],
    ['sea ice', '(sea ice)'],
    ['sea AND ice', '(sea AND ice)'],
    ['a OR b c', '(a OR (b c))'],
    ['a && b || !c', '((a AND b) OR NOT c)'],
    ['+a -b', '(a NOT b)'],
    ['NOT (a OR b)', 'NOT (a OR b)'],
    ['title:(sea ice) year:2024', '((title:sea title:ice) year:2024)'],
    ['title: sea', 'title:sea'],
    ['metadata.title:sea', 'metadata.title:sea'],
    ['title:"sea ice"~3^2', 'title:"sea ice"~3^2'],
    ['(sea ice)^2.5', '(sea ice)^2.5'],
    ['harvester~ harvest~1', '(harvester~AUTO harvest~1)'],
    ['harv* te?t', '(<harv*> <te?t>)'],
    ['publication_date:[2024-01-01 TO *]', 'publication_date:[2024-01-01 TO *]'],
    ['publication_date:{2023 TO "2024"}', 'publication_date:{2023 TO 2024}'],
    ['year:>=2020 year:<2024', '(year:[2020 TO *] year:[* TO 2024})'],
    ['_exists_:doi', 'exists(doi)'],
    ['doi:*', 'exists(doi)'],
    ['title:/har.*st/', 'title:/har.*st/'],
    ['title:\\(a\\)', 'title:(a)'],
  ])('%s', (query, understood) => {
    expect(show(parseQuery(query))).toBe(understood);
  });
});

describe('signs that are only characters', () => {
  test.each([
    ['10.5281/zenodo.123', '10.5281/zenodo.123'],
    ['doi:10.5281/zenodo.123', 'doi:10.5281/zenodo.123'],
    ['(doi:10.5281/zenodo.123)', 'doi:10.5281/zenodo.123'],
    ['https://doi.org/10.5281/ZENODO.123', 'https://doi.org/10.5281/ZENODO.123'],
    ['10.1016/S0735-1097(98)00347-7', '10.1016/S0735-1097(98)00347-7'],
    ['(see 10.1016/S0735-1097(98)00347-7)', '(see 10.1016/S0735-1097(98)00347-7)'],
    ['oai:zenodo.org:123', 'oai:zenodo.org:123'],
    ['https://example.org/a?b=c ice', '(https://example.org/a?b=c ice)'],
    ['hash://md5/9f286b (copy)', '(hash://md5/9f286b copy)'],
    ['and/or', 'and/or'],
    ['/unclosed', '/unclosed'],
    ['Thresher: a harvester', '(Thresher a harvester)'],
    ['Myotis (Chiroptera:Vespertilionidae)', '(Myotis Chiroptera:Vespertilionidae)'],
    ['Document ID: CHX-1', '(Document ID CHX-1)'],
    ['DOI: 10.5281/zenodo.1', 'DOI: 10.5281/zenodo.1'],
    ['DOI:10.5281/zenodo.1', 'DOI:10.5281/zenodo.1'],
    ['(SARS)-associated +virus', '(SARS -associated virus)'],
    ['sea -ice', '(sea NOT ice)'],
    ['[Dataset] Sea ice', '(Dataset] Sea ice)'],
    ['Research & Development', '(Research Development)'],
    ['sea - ice', '(sea ice)'],
    ['COVID-19 C++', '(COVID-19 C++)'],
    ['12:30', '12:30'],
    ['AND1 android', '(AND1 android)'],
    ['水 العربية', '(水 العربية)'],
  ])('%s', (query, understood) => {
    expect(show(parseQuery(query))).toBe(understood);
  });
});

describe('what is refused, and what it says', () => {
  test.each([
    ['"sea ice', 'syntax', 0, 'double quote at character 1 is not closed'],
    ['sea (ice', 'syntax', 4, 'parenthesis at character 5 is not closed'],
    ['sea) ice', 'syntax', 3, 'closing parenthesis at character 4'],
    ['sea AND', 'syntax', 4, 'no term after AND'],
    ['OR sea', 'syntax', 0, 'no term before OR'],
    ['()', 'syntax', 0, 'no term'],
    ['title:', 'syntax', 0, "nothing after 'title:'"],
    ['publication_date:[2024-01-01]', 'syntax', 17, '[2024-01-01 TO 2024-12-31]'],
    ['tilte:sea', 'unknown-field', 0, 'nearest: title'],
    ['Title:sea', 'unknown-field', 0, 'nearest: title'],
    ['_exists_:nonsense', 'unknown-field', 9, 'nonsense'],
    ['publication_date:yesterday', 'wrong-value', 17, "'yesterday' is no date"],
    ['publication_date:2024-13-01', 'wrong-value', 17, 'is no date'],
    ['publication_date:[2024-02-31 TO *]', 'wrong-value', 17, 'is no date'],
    ['year:abc', 'wrong-value', 5, 'is no whole number'],
    ['title:[a TO b]', 'wrong-value', 6, 'range needs a field'],
    ['year:20*', 'wrong-value', 5, 'takes no pattern'],
    ['a*', 'too-complex', 0, 'too wide'],
    ['sea~5', 'syntax', 3, '~1 or ~2'],
    ['!!!', 'syntax', 0, 'neither letters nor digits'],
    ['x'.repeat(4_001), 'too-complex', null, 'longer than 4000'],
    ['word '.repeat(101), 'too-complex', null, 'more than 100 terms'],
    [`${'('.repeat(30)}a${')'.repeat(30)}`, 'too-complex', null, 'nested more than 20'],
    ['NOT '.repeat(50), 'too-complex', null, 'nested'],
  ])('%s', (query, code, position, message) => {
    const error = refused(query);
    expect(error.message).toContain(message);
    expect({ code: error.code, position: error.position }).toEqual({ code, position });
  });
});

test('any text at all is understood or refused with a sentence', () => {
  const piece = fc.constantFrom(
    'a',
    'sea',
    'title:',
    'year:',
    'doi:',
    '10.5281/z.1',
    '"',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ' TO ',
    ' AND ',
    ' OR ',
    'NOT ',
    '*',
    '?',
    '~',
    '^',
    '2',
    '/',
    '\\',
    ':',
    '-',
    '+',
    '!',
    '>',
    '<',
    '=',
    ' ',
    '水',
    '\u0000',
    '_exists_:',
  );
  const queries = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  );
  const judged = fc.property(queries, (query) => {
    try {
      compileQuery(parseQuery(query));
      return true;
    } catch (error) {
      return error instanceof QueryError;
    }
  });
  expect(fc.check(judged, { numRuns: 5_000 }).counterexample).toBeNull();
});
