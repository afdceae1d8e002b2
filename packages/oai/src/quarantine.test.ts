import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListPage } from './page.ts';
import { parseListPage } from './parse.ts';

const header = (id: string) => `<header><identifier>${id}</identifier><datestamp>2024-01-01</datestamp></header>`;
const head = `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="urn:xsi">\n<responseDate>2024-01-01T00:00:00Z</responseDate>\n<request verb="ListRecords">http://x.org/oai</request>\n<ListRecords>`;
const tail = '\n  <resumptionToken cursor="0">next</resumptionToken>\n</ListRecords>\n</OAI-PMH>\n';
const record = (id: string, payload: string) => `\n  <record>\n    ${header(id)}\n    <metadata>${payload}</metadata>\n  </record>`;

/** Payloads meant to mislead a search for `record` tags without reading XML. */
const MISLEADING = [
  '<d>plain</d>',
  '<d xsi:type="x">é \u{1F600} &lt;record&gt; &amp;</d>',
  `<d><![CDATA[</metadata></record><record>${header('fake')}</record>]]></d>`,
  `<d><!-- </record><record>${header('fake')} --></d>`,
  '<m:record xmlns:m="urn:marc"><m:header/><m:record/></m:record>',
  '<record xmlns="urn:marc"><leader>x</leader><record/></record>',
  `<list><record>${header('nested')}<metadata/></record><record>${header('nested')}</record></list>`,
  '<d><?php </record> ?></d>',
  '<d a="</record>".replace/>'.replace('</record>".replace', '> /record>"'),
  '<d><![CDATA[ <![CDATA[ ]]></d>',
  '',
];

const parse = (bytes: Uint8Array, metadata: boolean) => parseListPage(bytes, { metadata });
const identifiers = ({ records }: ListPage) => records.map(({ header: { identifier } }) => identifier);

/** Whose is what on a page, whether or not it reads. */
const places = ({ records, faults }: ListPage) =>
  [...records.map(({ header: { identifier }, ...rest }) => ({ identifier, ...rest })), ...faults]
    .map(({ position, identifier, byteStart, byteEnd }) => ({ position, identifier, byteStart, byteEnd }))
    .toSorted((a, b) => a.position - b.position);

type Damage = (payload: Buffer) => Buffer;
const inject =
  (text: string | number[]): Damage =>
  (payload) =>
    Buffer.concat([payload, Buffer.from(text as string)]);

/** Each makes any payload it is put into not well-formed, or not readable. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  'a bare &': inject('<d>Fish & Chips</d>'),
  'a bare & and a later ;': inject('<d>Fish & Chips; more</d>'),
  'an unknown entity': inject('<d>&nbsp;</d>'),
  'a control character': inject('<d>\u0001</d>'),
  'a reference to a control character': inject('<d>&#x1F;</d>'),
  'bytes that are not UTF-8': inject([0x3c, 0x64, 0x3e, 0xe9, 0x3c, 0x2f, 0x64, 0x3e]),
  'half a character': inject([0xf0, 0x9f]),
  'an unclosed element': inject('<d>'),
  'a closing tag too many': inject('</d>'),
  'a mismatched tag': inject('<d><e></d></e>'),
  'a bare <': inject('<d>1 < 2</d>'),
  'an unclosed attribute value': inject('<d a="1></d>'),
  'an unclosed CDATA section': inject('<d><![CDATA[x</d>'),
  'an unclosed comment': inject('<d><!-- x</d>'),
  'an undeclared prefix': inject('<q:d/>'),
  'a duplicate attribute': inject('<d a="" a=""/>'),
  'an opening record tag': inject('<record>'),
  'a closing record tag': inject('</record>'),
};

function damagedPage(payloads: readonly string[], victim: number, damage: Damage): Buffer {
  const records = payloads.map((payload, i) => {
    const [before, after] = record(`oai:x:${i}`, '\0').split('\0') as [string, string];
    const body = Buffer.from(payload);
    return Buffer.concat([Buffer.from(before), i === victim ? damage(body) : body, Buffer.from(after)]);
  });
  return Buffer.concat([Buffer.from(head), ...records, Buffer.from(tail)]);
}

const payloads = fc.array(fc.constantFrom(...MISLEADING), { minLength: 1, maxLength: 6 });

test('a sound page is read in one go, whatever its payloads pretend', () => {
  fc.assert(
    fc.property(payloads, (chosen) => {
      const page = parse(
        damagedPage(chosen, -1, (payload) => payload),
        true,
      );
      expect(identifiers(page)).toEqual(chosen.map((_, i) => `oai:x:${i}`));
      expect(page.faults).toEqual([]);
    }),
  );
});

/** Where an unclosed CDATA section or comment meets one that is closed, where it ends cannot be known. */
const swallowsMarkup = (name: string) => name.startsWith('an unclosed C') || name === 'an unclosed comment';

/** Nested records of the same name look like records when the tags of the one around them do not add up. */
const losesCount = (name: string) => name.includes('record tag') || name === 'an unclosed attribute value';

test.each(Object.entries(DAMAGES))('%s costs its own record only', (name, damage) => {
  fc.assert(
    fc.property(payloads, fc.nat(), (chosen, seed) => {
      const victim = seed % chosen.length;
      const opaque = /CDATA|<!--|<\?/;
      fc.pre(!swallowsMarkup(name) || chosen.every((payload) => !opaque.test(payload)));
      fc.pre(!(chosen[victim]!.includes('nested') && losesCount(name)));
      const bytes = damagedPage(chosen, victim, damage);
      const page = parse(bytes, true);
      expect(identifiers(page)).toEqual(chosen.flatMap((_, i) => (i === victim ? [] : [`oai:x:${i}`])));
      expect(page.resumptionToken?.value).toBe('next');
      expect(page.faults).toHaveLength(1);
      const [fault] = page.faults;
      expect([fault!.position, fault!.identifier]).toEqual([victim, `oai:x:${victim}`]);
      expect(bytes.subarray(fault!.byteStart, fault!.byteEnd).equals(fault!.bytes)).toBe(true);
      for (const { byteStart, byteEnd } of page.records) {
        expect(bytes.toString('utf8', byteStart, byteEnd)).toMatch(/^<record>[^]*<\/record>$/);
      }
      const walked = parse(bytes, false);
      expect(places(walked)).toEqual(places(page));
      expect(walked.resumptionToken).toEqual(page.resumptionToken);
    }),
  );
});

test('every record may be broken', () => {
  const bytes = Buffer.from(head + record('oai:x:0', '&') + record('oai:x:1', '<d>') + tail);
  const { records, faults } = parse(bytes, true);
  expect([records.length, faults.map(({ identifier }) => identifier)]).toEqual([0, ['oai:x:0', 'oai:x:1']]);
});

test.each([
  [
    'its opening tag',
    (page: string) => page.replace('<record>\n    <header><identifier>oai:x:1', '<reco<d>\n    <header><identifier>oai:x:1'),
  ],
  ['its closing tag', (page: string) => page.replace(/<\/record>(?=\s*<record>\s*<header><identifier>oai:x:2)/, '</rec')],
  ['its header', (page: string) => page.replace('<header><identifier>oai:x:1', '<he&ader><identifier>oai:x:1')],
  ['the tags between two', (page: string) => page.replace(/(oai:x:0[^]*?)<\/record>\s*<record>/, '$1')],
])('a record that lost %s costs no other', (what, spoil) => {
  const page = spoil(head + ['a', 'b', 'c', 'd'].map((payload, i) => record(`oai:x:${i}`, payload)).join('') + tail);
  const { records, faults } = parse(Buffer.from(page), true);
  const lost = what === 'the tags between two' ? ['oai:x:2', 'oai:x:3'] : ['oai:x:0', 'oai:x:2', 'oai:x:3'];
  expect(records.map(({ header: { identifier } }) => identifier)).toEqual(lost);
  expect(faults).toHaveLength(1);
});

test('a list that is closed within a record goes on', () => {
  const page = head + record('oai:x:0', 'a') + record('oai:x:1', '<d></ListRecords></OAI-PMH>') + record('oai:x:2', 'c') + tail;
  expect(identifiers(parse(Buffer.from(page), true))).toEqual(['oai:x:0', 'oai:x:2']);
});

test('the last record may be the broken one', () => {
  const page = head + record('oai:x:0', 'a') + record('oai:x:1', 'b').replace('<record>', '<recor') + tail;
  const { records, faults, resumptionToken } = parse(Buffer.from(page), true);
  expect([records.length, faults.map(({ identifier, position }) => [identifier, position])]).toEqual([1, [['oai:x:1', 1]]]);
  expect(resumptionToken?.value).toBe('next');
});

test('headers are quarantined like records', () => {
  const list = (text: string) => text.replaceAll('ListRecords', 'ListIdentifiers');
  const bytes = Buffer.concat([
    Buffer.from(list(head) + header('oai:x:0')),
    Buffer.from(header('oai:x:\u00e9'), 'latin1'),
    Buffer.from(header('oai:x:2') + list(tail)),
  ]);
  const page = parse(bytes, false);
  expect(identifiers(page)).toEqual(['oai:x:0', 'oai:x:2']);
  expect(page.faults[0]).toMatchObject({ position: 1, reason: 'bytes that are not valid UTF-8' });
});

test('UTF-16 pages are cut too', () => {
  const text =
    head.replace('UTF-8', 'UTF-16') +
    record('oai:x:0', 'é') +
    record('oai:x:1', '&') +
    record('oai:x:2', '\uD800') +
    record('oai:x:3', 'é') +
    tail;
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  const page = parse(bytes, true);
  expect(identifiers(page)).toEqual(['oai:x:0', 'oai:x:3']);
  expect(page.faults.map(({ reason }) => reason)).toEqual(['a bare & that starts no reference', 'bytes that are not valid UTF-16LE']);
  expect(bytes.subarray(page.records[1]!.byteStart, page.records[1]!.byteEnd).toString('utf16le')).toMatch(/^<record>[^]*<\/record>$/);
});

test('line and column are those of the page', () => {
  const lines = (head + record('oai:x:0', 'a') + record('oai:x:1', '\n\n  x & y') + tail).split('\n');
  const { faults } = parse(Buffer.from(lines.join('\n')), true);
  const line = lines.findIndex((text) => text.includes('x & y'));
  expect(faults[0]).toMatchObject({ line: line + 1, column: lines[line]!.indexOf('&') + 1 });
  const oneLine = Buffer.from(lines.join(' '));
  expect(parse(oneLine, true).faults[0]).toMatchObject({ line: 1, column: oneLine.indexOf('&') + 1 });
});

test('bytes that are not valid are placed too', () => {
  const bytes = Buffer.from(`${head}${record('oai:x:0', '\nab?')}${tail}`);
  const at = bytes.indexOf('?', head.length);
  bytes[at] = 0xff;
  expect(parse(bytes, true).faults[0]).toMatchObject({ line: 9, column: 3 });
});

test('a page of a thousand broken records is read in reasonable time', () => {
  const text = head + Array.from({ length: 1000 }, (_, i) => record(`oai:x:${i}`, `<record><d>${'x'.repeat(500)}`)).join('') + tail;
  const before = performance.now();
  expect(parse(Buffer.from(text), true).faults).toHaveLength(1000);
  expect(performance.now() - before).toBeLessThan(5000);
});
