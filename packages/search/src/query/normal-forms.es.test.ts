import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { personOf, subjectOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { searchRecords } from './search.ts';

const url = process.env['ELASTICSEARCH_URL'];
const NFD = (text: string): string => text.normalize('NFD');
const wide = (text: string): string => text.replace(/[!-~]/g, (one) => String.fromCodePoint(one.codePointAt(0)! + 0xfee0));

const box = (west: number, south: number, east: number, north: number) => ({ west, south, east, north });
const placed = (given: object) => ({ geoLocations: [{ place: null, point: null, box: null, polygons: [], ...given }] });
const ring = (...corners: [number, number][]) => ({
  points: corners.map(([longitude, latitude]) => ({ longitude, latitude })),
  inPolygonPoint: null,
});

const RECORDS = [
  writeOf(1, { title: NFD('Évolution des marées à Saïgon'), creators: [personOf(NFD('Škvorecký, Anaïs'))], version: NFD('bêta') }),
  writeOf(2, { title: 'Mémoire des falaises près de Fécamp', creators: [personOf('Škvorecký, Anaïs')], version: 'bêta' }),
  writeOf(3, {
    title: 'Effi\u00adcient \ufb02ow — the O\u2019Brien\u2013Smith model',
    description: 'A har\u00advester\u200b for \uff33\uff31\uff2c',
  }),
  writeOf(4, { title: "Efficient flow - the O'Brien-Smith model", description: 'A harvester for SQL' }),
  writeOf(5, { title: NFD('Исследования йода'), communities: ['мой'] }),
  writeOf(6, { title: 'Исследования йода', communities: [NFD('мой')] }),
  writeOf(7, { title: 'Alzheimer\u2019s', subjects: [subjectOf('Alzheimer\u2019s disease')] }),
  writeOf(8, { title: "Alzheimer's", subjects: [subjectOf("Alzheimer's disease")] }),
  writeOf(9, { title: 'हिन्दी का अध्ययन' }),
  writeOf(20, placed({ polygons: [ring([10, 50], [11, 50], [11.5, 51], [10, 51.2], [10, 50])] })),
  writeOf(21, placed({ box: box(178, -20, -176, -10) })),
  writeOf(22, placed({ polygons: [ring([179, 60], [-179, 60], [-179, 62], [179, 60])] })),
];

describe.skipIf(!url)('one text in several spellings (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: RECORDS });
    await refresh(index.client, index.alias);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  const found = async (q: string, given: object = {}) => {
    const { hits, near } = await searchRecords(index.client, index.alias, { q, sort: 'oldest', nearly: true, ...given });
    expect(near).toBe(false);
    return hits.map((hit) => hit.source.recid);
  };

  describe('composed, decomposed and without accents', () => {
    test.each([
      ['title:Évolution', 'title:Evolution', [1]],
      ['title:"des marées à Saïgon"', 'title:"des marees a Saigon"', [1]],
      ['title:"Mémoire des falaises près"', 'title:"Memoire des falaises pres"', [2]],
      ['Saïgon évolution', 'saigon evolution', [1]],
      ['"marées à Saïgon"', '"marees a saigon"', [1]],
      ['creators.name:Škvorecký', 'creators.name:skvorecky', [1, 2]],
      ['creators.name:"Škvorecký, Anaïs"', 'creators.name:"Skvorecky, Anais"', [1, 2]],
      ['maré*', 'mare*', [1]],
      ['title:Féc*', 'title:fec*', [2]],
      ['Fécanp~1', 'fecanp~1', [2]],
    ])('%s', async (composed, plain, expected) => {
      for (const q of [composed, NFD(composed), plain]) expect(await found(q), q).toEqual(expected);
    });

    test.each([
      ['version:bêta', [1, 2]],
      ['version:"bêta"', [1, 2]],
      ['communities:мой', [5, 6]],
      ['title:йода', [5, 6]],
      ['йод*', [5, 6]],
      ['"Исследования йода"', [5, 6]],
    ])('%s', async (composed, expected) => {
      for (const q of [composed, NFD(composed)]) expect(await found(q), q).toEqual(expected);
    });
  });

  describe('ligatures, soft hyphens, widths, dashes, apostrophes', () => {
    test.each([
      ['efficient', [3, 4]],
      ['title:"efficient flow"', [3, 4]],
      ['title:"e\ufb03cient \ufb02ow"', [3, 4]],
      ['title:Effi\u00adcient', [3, 4]],
      ['flow*', [3, 4]],
      ["O'Brien", [3, 4]],
      ['O\u2019Brien', [3, 4]],
      ['title:"the O\u02bcBrien\u2014Smith model"', [3, 4]],
      ['"O\'Brien-Smith"', [3, 4]],
      ['O\u2019Brien\u2011Smith', [3, 4]],
      ['description:harvester', [3, 4]],
      ['description:"har\u200bvester for SQL"', [3, 4]],
      [wide('sql'), [3, 4]],
      [`description:${wide('SQL')}`, [3, 4]],
      ["Alzheimer's", [7, 8]],
      ['title:Alzheimer\u2019s', [7, 8]],
      ['keywords:"Alzheimer\u2019s disease"', [7, 8]],
      ['हिन्दी', [9]],
      ['title:अध्ययन', [9]],
    ])('%s', async (q, expected) => {
      expect(await found(q)).toEqual(expected);
    });
  });

  test('a value of a facet is one, however it is spelt', async () => {
    for (const value of ["Alzheimer's disease", 'Alzheimer\u2019s disease'])
      expect(await found('', { filters: { subject: [value] } })).toEqual([7, 8]);
  });

  describe('places', () => {
    test.each([
      ['a polygon within', [9, 49, 12, 52], [20]],
      ['only the middle of a polygon', [10.4, 50.4, 10.9, 50.7], [20]],
      ['elsewhere', [30, 49, 40, 52], []],
      ['next to it', [11.6, 49, 12, 52], []],
      ['a box across the date line', [170, -25, -170, -5], [21]],
      ['the same, counted from 0', [170, -25, 190, -5], [21]],
      ['this side of the date line', [177, -25, 180, -5], [21]],
      ['the other side', [-180, -25, -175, -5], [21]],
      ['a polygon across the date line', [178, 59, -178, 63], [22]],
      ['not what lies opposite', [-10, 59, 10, 63], []],
      ['the whole globe', [-180, -90, 180, 90], [20, 21, 22]],
      ['the whole globe, counted from 0', [0, -90, 360, 90], [20, 21, 22]],
    ] as const)('%s', async (_, bounds, expected) => {
      expect(await found('', { bounds })).toEqual(expected);
    });
  });
});
