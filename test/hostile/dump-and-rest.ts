import fc from 'fast-check';
import { DumpUnreadableError } from '@thresher/pipeline';
import { csvRows } from '../../packages/pipeline/src/dump/csv.ts';
import { dumpDocuments } from '../../packages/pipeline/src/dump/dump-documents.ts';
import { readDumpDocument } from '../../packages/pipeline/src/dump/dump-record.ts';
import { classifyReply, readFound } from '../../packages/pipeline/src/enrich/ask-rest.ts';
import { tar } from '../ledger/dump-file.ts';
import { defineFuzzer } from './fuzzer.ts';
import { hostileRecords } from './hostile-pages.ts';

interface DumpInput {
  readonly members: readonly { readonly name: string; readonly text: string }[];
  readonly damage: { readonly at: number; readonly byte: number } | null;
  readonly cutAt: number | null;
}

const mostBytes = 10_000;

/** Archives of bulk files: each ends, with documents no larger than they may be, or with a `DumpUnreadableError`. */
export const dumps = defineFuzzer<DumpInput>({
  name: 'dumps',
  shortInputs: 100,
  inputs: 5_000,
  arbitrary: fc.record({
    members: fc.array(
      fc.record({
        name: fc.constantFrom('1.xml', 'x/2.xml', 'x.txt', '.xml', `${'n'.repeat(200)}.xml`),
        text: fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('<resource/>', '<a', 'x'.repeat(20_000), '<resource>'.repeat(300))),
      }),
      { maxLength: 5 },
    ),
    damage: fc.option(fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) })),
    cutAt: fc.option(fc.nat()),
  }),
  corpus: hostileRecords.map(({ name, make }) => ({
    name,
    make: () => ({ members: [{ name: '1.xml', text: make().slice(0, mostBytes) }], damage: null, cutAt: null }),
  })),
  show: (input) => JSON.stringify(input).slice(0, 300),
  open:
    async () =>
    async ({ members, damage, cutAt }) => {
      const bytes = tar(members.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })));
      if (damage !== null && bytes.length > 0) bytes[damage.at % bytes.length] = damage.byte;
      const stream = (async function* () {
        yield cutAt === null || bytes.length === 0 ? bytes : bytes.subarray(0, cutAt % bytes.length);
      })();
      try {
        for await (const document of dumpDocuments(stream, mostBytes)) {
          if (document.bytes.length > 65_536) throw new Error(`${document.bytes.length} bytes of one document`);
          readDumpDocument(document);
        }
      } catch (error) {
        if (!(error instanceof DumpUnreadableError)) throw error;
      }
    },
});

const keys = fc.constantFrom(
  'id',
  'hits',
  'files',
  'entries',
  'stats',
  'all_versions',
  'this_version',
  'key',
  'links',
  'self',
  'size',
  '__proto__',
  'views',
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(7, '7', null, -1, 1e300, '', '\u0000', '\ud800', true, [], {}),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(keys, tie('json'), { maxKeys: 5 }),
  ),
}));

const deep = (times: number): string => `{"id":${'['.repeat(times)}${']'.repeat(times)},"files":[]}`;

/** Answers of a REST API: they are classified, whatever they are, and nothing is thrown. */
export const restAnswers = defineFuzzer<string>({
  name: 'REST answers',
  shortInputs: 300,
  inputs: 20_000,
  arbitrary: fc.oneof(
    json.map((value) => JSON.stringify(value) ?? ''),
    json.map((value) => JSON.stringify({ hits: { hits: [value, { id: 7, files: value, stats: value }] } })),
    fc.string({ maxLength: 200 }),
  ),
  corpus: [
    { name: 'an id of 5,000 lists in each other', make: () => deep(5_000) },
    { name: 'a hit with such an id', make: () => `{"hits":{"hits":[${deep(5_000)}]}}` },
    { name: '100,000 hits', make: () => `{"hits":{"hits":[${'{"id":8},'.repeat(100_000)}{}]}}` },
  ],
  show: (text) => text.slice(0, 300),
  open: async () => (text) => {
    const bytes = Buffer.from(text);
    for (const status of [200, 404, 500]) classifyReply({ status, bytes }, 7);
    readFound({ status: 200, bytes }, [7, 8]);
  },
});

/** Lists of deleted records. */
export const csvLists = defineFuzzer<string>({
  name: 'lists of deleted records',
  shortInputs: 200,
  inputs: 10_000,
  arbitrary: fc
    .array(fc.oneof(fc.constantFrom('"', '""', ',', '\n', '\r\n', 'record_id'), fc.string({ maxLength: 10 })), { maxLength: 30 })
    .map((parts) => parts.join('')),
  corpus: [{ name: 'a quote that is never closed', make: () => `a,b\n1,"${'x'.repeat(2_000_000)}` }],
  show: (text) => JSON.stringify(text.slice(0, 300)),
  open: async () => async (text) => {
    const pieces = (async function* () {
      yield text;
    })();
    try {
      for await (const row of csvRows(pieces))
        if (row.join().length > 1_000_000) throw new Error('a row of more than a million characters');
    } catch (error) {
      if (!(error instanceof DumpUnreadableError)) throw error;
    }
  },
});
