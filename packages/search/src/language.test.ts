import { expect, test } from 'vitest';
import { languageOf } from './language.ts';

test.each([
  ['Untersuchungen über alte Häuser', 'eng', 'de'],
  ['Die Verbreitung der Fledermäuse in den Alpen', null, 'de'],
  ["L'étude des forêts françaises", null, 'fr'],
  ['Données sur les oiseaux et leur habitat', null, 'fr'],
  ['Estudio de los datos para la gestión del agua', null, 'es'],
  ['Estudo da qualidade da água em rios do sul', null, 'pt'],
  ['Studio della qualità delle acque nel bacino', null, 'it'],
  ['Исследования ледяного покрова', null, 'ru'],
  ['مجموعة بيانات المكتبات الرقمية', null, 'ar'],
  ['Μελέτη της θάλασσας', null, 'el'],
  ['The distribution of bats in the Alps', 'deu', null],
  ['Vespertilionidae', 'fra', 'fr'],
  ['Vespertilionidae', null, null],
  ['北極海の海氷観測データ', 'jpn', 'cjk'],
  ['', null, null],
])('%s (%s): %s', (text, declared, expected) => {
  expect(languageOf(text, declared)).toBe(expected);
});
