import { expect, test } from 'vitest';
import { cutPayloads } from './cut-payloads.ts';

const page = (...metadata: string[]) =>
  `<?xml version="1.0"?><?style x?><!-- <metadata> --><OAI-PMH><ListRecords>${metadata.map((it) => `<record><header>é</header>${it}</record>`).join('')}</ListRecords></OAI-PMH>`;

const frameOf = (text: string): string | null => cutPayloads(Buffer.from(text))?.bytes.toString() ?? null;

test('what is inside metadata is left out, whatever it is made of', () => {
  const whole = page('<metadata><a b=">">&lt;metadata>!?</a></metadata>', '', '<metadata>é<header/></record></metadata><about>c</about>');
  expect(frameOf(whole)).toBe(page('<metadata></metadata>', '', '<metadata></metadata><about>c</about>'));
});

test('a place in the frame is found again in the page', () => {
  const whole = Buffer.from(page('<metadata>12345</metadata>', '<metadata>é</metadata>'));
  const { bytes, inPage } = cutPayloads(whole)!;
  const closings: number[] = [];
  for (let at = bytes.indexOf('</record>'); at !== -1; at = bytes.indexOf('</record>', at + 1)) closings.push(inPage(at));
  const expected = [whole.indexOf('</record>'), whole.lastIndexOf('</record>')];
  expect(closings).toEqual(expected);
});

test.each([
  ['there is none', page('')],
  ['it is nowhere', '<html><metadata></metadata></html>'],
  ['one has attributes', page('<metadata x="1">a</metadata>', '<metadata>b</metadata>').replace('<metadata>b', '<metadata x="2">b')],
  ['one is in a CDATA section', page('<metadata><![CDATA[</metadata>]]></metadata>')],
  ['one is in a comment', page('<metadata>a</metadata>', '<!-- <metadata> -->')],
  ['one is in a processing instruction', page('<metadata>a<?b </metadata> ?></metadata>')],
  ['one is inside another', page('<metadata><metadata>a</metadata></metadata>')],
  ['one is inside another and has attributes', page('<metadata><metadata xml:lang="en">a</metadata></metadata>')],
  ['one does not end', page('<metadata>a</metadata>', '<metadata>b')],
  ['one ends with the next', page('<metadata>a', '<metadata>b</metadata>')],
])('the page is to be read as a whole where %s', (_, text) => {
  expect(frameOf(text)).toBeNull();
});
