import fc from 'fast-check';
import { mapMetadata } from '@thresher/datacite';
import { NotOaiError, parseListPage, XmlError } from '@thresher/oai';
import { defineFuzzer } from './fuzzer.ts';
import { header, head, hostilePages, hostileRecords, record, tail } from './hostile-pages.ts';
import { countSearched } from './work.ts';

const word = fc.constantFrom(
  '',
  'a',
  'é',
  '\u{1F600}',
  '&amp;',
  '&',
  '&nope;',
  '&#0;',
  '\u0001',
  ']]>',
  '\r',
  ' ',
  '2020-01-01',
  '10.5281/zenodo.1',
  '-181',
  '1e999',
);
const words = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(''));
const names = fc.constantFrom(
  'record',
  'header',
  'metadata',
  'identifier',
  'ListRecords',
  'resumptionToken',
  'OAI-PMH',
  'd',
  'q:d',
  'resource',
  'titles',
  'title',
  'creators',

  'creator',
  'creatorName',
  'nameIdentifier',
  'sizes',
  'size',
  'dates',
  'date',
  'geoLocations',
  'geoLocation',
  'geoLocationPolygon',
  'rightsList',

  'rights',
  'descriptions',
  'description',
  'relatedItems',
  'relatedItem',
  'fundingReferences',
  'fundingReference',
  'language',
  'dc',
  'oai_dc:dc',
);
const attributes = fc
  .array(fc.tuple(fc.constantFrom('a', 'xmlns', 'xmlns:q', 'q:a', 'xml:lang', 'status', 'dateType', 'nameIdentifierScheme'), words), {
    maxLength: 3,
  })
  .map((some) => some.map(([name, value]) => ` ${name}="${value}"`).join(''));

const DATACITE = 'xmlns="http://datacite.org/schema/kernel-4"';

/** Markup of every kind, some of it sound. */
const { markup } = fc.letrec<{ markup: string }>((tie) => ({
  markup: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    words,
    fc
      .tuple(names, attributes, fc.array(tie('markup'), { maxLength: 4 }))
      .map(([name, some, inside]) => `<${name}${some}>${inside.join('')}</${name}>`),
    fc.tuple(names, attributes).map(([name, some]) => `<${name}${some}/>`),
    fc.constantFrom(
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<',
      '</record>',
      '<record>',
      '</',
      '<!DOCTYPE a>',
      header('oai:fake:1'),
    ),
    fc
      .tuple(
        fc.constantFrom('<', '<?', '<!--', '<![CDATA[', '&', '<record><header>', '</record>', '\r', '<d>'),
        fc.integer({ min: 1, max: 3_000 }),
      )
      .map(([text, times]) => text.repeat(times)),
  ),
}));

const payload = fc.oneof(
  markup,
  markup.map((inside) => `<resource ${DATACITE}>${inside}</resource>`),
);

const page = fc
  .record({
    records: fc.array(fc.tuple(payload, fc.boolean()), { maxLength: 6 }),
    raw: fc.option(markup),
    cutAt: fc.option(fc.nat()),
    damage: fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 }))),
  })
  .map(({ records, raw, cutAt, damage }) => {
    const items = records.map(([inside, whole], n) => (whole ? record(`oai:x:${n}`, inside) : inside));
    const bytes = Buffer.from(raw !== null && items.length === 0 ? raw : head + items.join('') + tail);
    if (damage !== null && bytes.length > 0) bytes[damage[0] % bytes.length] = damage[1];
    return cutAt === null || bytes.length === 0 ? bytes : bytes.subarray(0, cutAt % bytes.length);
  });

const mostSearched = 60;

/** Reads a page as the walk and the transform do. Throws what must not be. */
function checkPage(bytes: Uint8Array): void {
  for (const metadata of [false, true]) {
    const read = (): void => {
      const { records, faults } = parseListPage(bytes, { metadata });
      const positions = [...records, ...faults].map(({ position }) => position);
      if (new Set(positions).size !== positions.length) throw new Error('two records have the same place');
      for (const fault of faults) {
        const there = Buffer.from(bytes.buffer, bytes.byteOffset + fault.byteStart, fault.byteEnd - fault.byteStart);
        if (!there.equals(fault.bytes)) throw new Error(`the bytes of fault ${fault.position} are not those of the page`);
      }
      for (const { header: facts, metadata: tree } of records) if (tree !== null) mapMetadata(tree, facts);
    };
    const { characters } = countSearched(() => {
      try {
        read();
      } catch (error) {
        if (!(error instanceof XmlError || error instanceof NotOaiError)) throw error;
      }
    });
    if (characters > mostSearched * (bytes.length + 1_000)) throw new Error(`${characters} characters were searched in ${bytes.length}`);
  }
}

/** List pages: the cutter, the parser and the mapper. */
export const oaiPages = defineFuzzer<Uint8Array>({
  name: 'OAI-PMH pages',
  shortInputs: 150,
  inputs: 10_000,
  arbitrary: page,
  corpus: [...hostileRecords, ...hostilePages].map(({ name, make }) => ({ name, make: () => Buffer.from(make()) })),
  show: (bytes) => Buffer.from(bytes).toString('latin1').slice(0, 400),
  open: async () => checkPage,
});
