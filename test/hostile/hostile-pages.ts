/** Pages that once took minutes or gigabytes, or would have. Each is made by a few lines. */
export const head = `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n<responseDate>2024-01-01T00:00:00Z</responseDate>\n<request verb="ListRecords">http://x.org/oai</request>\n<ListRecords>`;
export const tail = '\n<resumptionToken cursor="0">next</resumptionToken>\n</ListRecords>\n</OAI-PMH>\n';
export const header = (id: string, inside = ''): string =>
  `<header><identifier>${id}</identifier><datestamp>2024-01-01</datestamp>${inside}</header>`;
export const record = (id: string, payload: string): string => `\n<record>${header(id)}<metadata>${payload}</metadata></record>`;
const page = (...records: readonly string[]): string => head + records.join('') + tail;
const numbered = (count: number, make: (n: number) => string): string => Array.from({ length: count }, (_, n) => make(n)).join('');

export interface HostilePage {
  readonly name: string;
  readonly make: () => string;
}

const between = (payload: () => string) => (): string =>
  page(record('oai:x:0', '<d/>'), record('oai:x:1', payload()), record('oai:x:2', '<d/>'));

/** One record is hostile, and its two neighbours are as they should be. */
export const hostileRecords: readonly HostilePage[] = [
  {
    name: '20,000 namespace declarations on one element',
    make: between(() => `<d${numbered(20_000, (n) => ` xmlns:n${n}="urn:${n}"`)}/>`),
  },
  {
    name: '20,000 elements inside each other, each with a namespace declaration',
    make: between(() => numbered(20_000, (n) => `<d xmlns:n${n}="urn:${n}">`) + '</d>'.repeat(20_000)),
  },
  { name: '100,000 attributes', make: between(() => `<d${numbered(100_000, (n) => ` a${n}="1"`)}/>`) },
  { name: 'a name of a million characters', make: between(() => `<${'n'.repeat(1_000_000)}/>`) },
  { name: 'an attribute name of a million characters', make: between(() => `<d ${'n'.repeat(1_000_000)}="1"/>`) },
  { name: 'elements 50,000 deep', make: between(() => '<d>'.repeat(50_000) + '</d>'.repeat(50_000)) },
  { name: '300,000 elements', make: between(() => '<d>' + '<e/>'.repeat(300_000) + '</d>') },
  {
    name: 'an unclosed CDATA section and 250,000 openings of processing instructions',
    make: between(() => `<![CDATA[${'<?'.repeat(250_000)}`),
  },
  { name: '100,000 openings of CDATA sections', make: between(() => '<![CDATA['.repeat(100_000)) },
  { name: '100,000 openings of comments', make: between(() => '<!--'.repeat(100_000)) },
  { name: '200,000 bare ampersands', make: between(() => '&'.repeat(200_000)) },
  { name: 'a bare ampersand and a name of a million characters', make: between(() => `&${'a'.repeat(1_000_000)} &`) },
  { name: '100,000 openings without a name', make: between(() => '<'.repeat(100_000)) },
  { name: '50,000 unclosed records without a header', make: between(() => '<record>'.repeat(50_000)) },
  { name: '50,000 closing tags of records', make: between(() => '<d>' + '</record'.repeat(50_000)) },
];

/** Pages that need not be readable, but must be refused or read quickly. */
export const hostilePages: readonly HostilePage[] = [
  { name: '8,000 records that do not end', make: () => page('<record><header>'.repeat(8_000)) },
  {
    name: '8,000 records that do not end, and a broken one',
    make: () => page('<record><header></header>'.repeat(8_000), record('oai:x:1', '&')),
  },
  { name: '4,000 records inside each other', make: () => page('<record><header/>'.repeat(4_000), '</record>'.repeat(4_000)) },
  {
    name: '4,000 records in records that end badly',
    make: () => page(`<record>${header('a')}<d>`.repeat(4_000), '</d></record>'.repeat(3_999)),
  },
  { name: '4,000 broken records', make: () => page(numbered(4_000, (n) => record(`oai:x:${n}`, '&'))) },
  {
    name: '4,000 records on their own lines, each with a bad reference',
    make: () => page(numbered(4_000, (n) => `\n\n${record(`oai:x:${n}`, '&nope;')}`)),
  },
  { name: '100,000 empty records', make: () => page('<record/>'.repeat(100_000)) },
  { name: '20,000 rubbish comments before a broken record', make: () => page('<!--'.repeat(20_000), record('oai:x:1', '&')) },
  { name: 'a page that is an unclosed comment', make: () => head + '<!--'.repeat(200_000) },
  {
    name: 'a head of 100,000 comments, and a broken record',
    make: () =>
      head.replace('<responseDate>', `${'<!-- x -->'.repeat(100_000)}<responseDate>`) +
      numbered(200, (n) => record(`oai:x:${n}`, '&')) +
      tail,
  },
  { name: 'a token of a million characters', make: () => page(record('oai:x:1', '<d/>')).replace('>next<', `>${'t'.repeat(1_000_000)}<`) },
  { name: 'a header with 100,000 sets', make: () => page(`<record>${header('oai:x:1', '<setSpec>s</setSpec>'.repeat(100_000))}</record>`) },
  { name: '2,000,000 line ends', make: () => page(record('oai:x:1', `<d>${'\r'.repeat(2_000_000)}</d>`)) },
  { name: '1,000,000 references', make: () => page(record('oai:x:1', `<d>${'&lt;'.repeat(1_000_000)}</d>`)) },
  { name: 'a comment of 1,000,000 dashes', make: () => page(record('oai:x:1', `<d><!--${'-x'.repeat(1_000_000)}--></d>`)) },
  { name: 'markup of metadata without ends', make: () => page(`<record>${header('oai:x:1')}${'<metadata>'.repeat(50_000)}</record>`) },
];
