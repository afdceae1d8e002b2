import { fromJsonSchema, type CallToolResult, type McpServer } from '@modelcontextprotocol/server';
import { htmlToText } from '@thresher/datacite';
import { type Static, type TObject, Type } from 'typebox';
import type { AskApi } from './ask-api.ts';
import { failure, plainResult, untrustedResult } from './tool-result.ts';

/** Every tool here only reads, and reads only this copy. */
export const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const MOST_HITS = 25;

const { Optional, String: Text } = Type;
const id = Text({
  minLength: 1,
  maxLength: 2_000,
  description: 'A record number, a DOI, the URL of a record, an OAI identifier, or source:number',
});
const cursor = Optional(Text({ maxLength: 20, pattern: '^[1-9]\\d*$', description: 'next_cursor of the reply before' }));

/** A cursor is the number of the next page; null after the last. */
const nextCursor = (page: number, size: number, total: number): string | null => (page * size < total ? String(page + 1) : null);

/** Checks arguments against a schema, and gives the handler their types. */
export const argumentsOf = <T extends TObject>(schema: T) => fromJsonSchema<Static<T>>({ ...schema, additionalProperties: false });

/** Tools that find and show records, each a request to this API. */
export function addRecordTools(server: McpServer, ask: AskApi): void {
  addSearch(server, ask);
  addGet(server, ask);
  addLists(server, ask);
  addCite(server, ask);
  addVocabulary(server, ask);
}

function addSearch(server: McpServer, ask: AskApi): void {
  const inputSchema = argumentsOf(
    Type.Object({
      query: Text({
        maxLength: 2_000,
        description:
          'Words, "phrases", AND OR NOT, field:value such as creators.name:Curie, doi:10.5281/zenodo.1, communities:biosyslit, resource_type:dataset, publication_date:[2020-01-01 TO *]. Empty finds everything.',
      }),
      sort: Optional(Text({ maxLength: 50, description: 'bestmatch, newest, oldest, mostviewed, mostdownloaded, …' })),
      size: Optional(Type.Integer({ minimum: 1, maximum: MOST_HITS, description: 'Records per reply; 10 unless specified' })),
      all_versions: Optional(Type.Boolean({ description: 'Every version of a record, not only the latest' })),
      cursor,
    }),
  );
  const description =
    'Searches the harvested records. Returns the total and a few facts of each hit; get_record has the rest. Reply with cursor to continue.';
  server.registerTool('search_records', { title: 'Search records', description, inputSchema, annotations: READS }, async (wanted) => {
    const { query, sort, size = 10, all_versions = false } = wanted;
    const page = Number(wanted.cursor ?? 1);
    const parameters = new URLSearchParams({ q: query, size: String(size), page: String(page), format: 'flat', facets: '' });
    if (sort !== undefined) parameters.set('sort', sort);
    if (all_versions) parameters.set('all_versions', 'true');
    return show(await ask(`/api/records?${parameters.toString()}`), (found: SearchReply) => {
      const { total } = found.hits;
      const hits = found.hits.hits.map(briefly);
      return untrustedResult({ total, hits, next_cursor: nextCursor(page, size, Math.min(total, MOST_PAGED)) }, { items: MOST_HITS });
    });
  });
}

/** The search reaches no further by page. */
const MOST_PAGED = 10_000;

interface SearchReply {
  readonly hits: { readonly total: number; readonly hits: readonly FlatHit[] };
}

interface FlatHit {
  readonly id: number | string;
  readonly url: string;
  readonly doi: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly publication_date: string | null;
  readonly access_right: string | null;
  readonly license: string | null;
  readonly resource_type: { readonly type: string | null; readonly subtype: string | null };
  readonly creators: readonly { readonly name: string }[];
}

const HIT_CREATORS = 5;
const HIT_DESCRIPTION = 300;

function briefly({ creators, description, resource_type, ...hit }: FlatHit): object {
  const more = creators.length - HIT_CREATORS;
  const names = creators.slice(0, HIT_CREATORS).map(({ name }) => name);
  const text = htmlToText(description ?? '');
  return {
    id: hit.id,
    url: hit.url,
    doi: hit.doi,
    title: hit.title,
    creators: more > 0 ? [...names, `and ${more} more`] : names,
    publication_date: hit.publication_date,
    resource_type: resource_type.subtype ?? resource_type.type,
    access_right: hit.access_right,
    license: hit.license,
    description: text.length > HIT_DESCRIPTION ? `${text.slice(0, HIT_DESCRIPTION)}…` : text,
  };
}

function addGet(server: McpServer, ask: AskApi): void {
  const description = 'Everything that is known of one record: metadata, identifiers, funding, files and statistics. Long texts are cut.';
  server.registerTool(
    'get_record',
    { title: 'Get a record', description, inputSchema: argumentsOf(Type.Object({ id })), annotations: READS },
    async (wanted) => show(await ask(`${pathOf(wanted.id)}?format=flat`), (record: object) => untrustedResult(record)),
  );
}

function addLists(server: McpServer, ask: AskApi): void {
  const inputSchema = argumentsOf(Type.Object({ id, cursor }));
  server.registerTool(
    'list_versions',
    { title: 'List versions', description: 'The versions of a record, newest first.', inputSchema, annotations: READS },
    async (wanted) => {
      const page = Number(wanted.cursor ?? 1);
      const reply = await ask(`${pathOf(wanted.id)}/versions?size=${MOST_HITS}&page=${page}`);
      return show(reply, ({ hits }: { hits: { total: number; hits: readonly Version[] } }) => {
        const versions = hits.hits.map((one) => ({
          id: one.id,
          doi: one.doi,
          title: one.title,
          version: one.metadata.version ?? null,
          publication_date: one.metadata.publication_date,
        }));
        const next_cursor = nextCursor(page, MOST_HITS, hits.total);
        return untrustedResult({ total: hits.total, versions, next_cursor }, { items: MOST_HITS });
      });
    },
  );
  server.registerTool(
    'list_files',
    {
      title: 'List files',
      description:
        'The files of a record with size in bytes, checksum and the address at the source. Files are known where they were fetched.',
      inputSchema: argumentsOf(Type.Object({ id })),
      annotations: READS,
    },
    async (wanted) => show(await ask(`${pathOf(wanted.id)}/files`), (files: object) => untrustedResult(files, { items: 100 })),
  );
}

interface Version {
  readonly id: number | string;
  readonly doi: string | null;
  readonly title: string | null;
  readonly metadata: { readonly version?: string; readonly publication_date?: string };
}

function addCite(server: McpServer, ask: AskApi): void {
  const inputSchema = argumentsOf(
    Type.Object({
      id,
      style: Optional(Text({ maxLength: 200, description: 'apa unless specified; ieee, chicago, or any name of citationstyles.org' })),
      locale: Optional(Text({ maxLength: 20, description: 'en-US unless specified' })),
      format: Optional(
        Type.Enum(['text', 'bibtex', 'csl', 'datacite-json', 'marcxml'], { description: 'text, a formatted citation, unless specified' }),
      ),
    }),
  );
  const description = 'The citation of a record as text in any style, or as BibTeX, CSL JSON, DataCite JSON or MARCXML.';
  server.registerTool('cite', { title: 'Cite a record', description, inputSchema, annotations: READS }, async (wanted) => {
    const { format = 'text', style, locale } = wanted;
    if (format !== 'text') return asText(await ask(`${pathOf(wanted.id)}/export/${format}`, '*/*'));
    const parameters = new URLSearchParams({ ...(style !== undefined && { style }), ...(locale !== undefined && { locale }) });
    return asText(await ask(`${pathOf(wanted.id)}?${parameters.toString()}`, 'text/x-bibliography'));
  });
}

function addVocabulary(server: McpServer, ask: AskApi): void {
  const inputSchema = argumentsOf(
    Type.Object({
      type: Text({
        maxLength: 50,
        pattern: '^[\\w-]+$',
        description: 'funders, awards, names, affiliations, subjects, licenses, languages, resourcetypes, …',
      }),
      query: Optional(Text({ maxLength: 200, description: 'The beginning of a name, or an identifier; left out, the most used terms' })),
      size: Optional(Type.Integer({ minimum: 1, maximum: MOST_HITS, description: '10 unless specified' })),
      cursor,
    }),
  );
  const description =
    'Finds terms of a vocabulary (people with ORCID, funders, awards, organisations with ROR, licences …) with the number of their records.';
  server.registerTool('lookup_vocabulary', { title: 'Look up a term', description, inputSchema, annotations: READS }, async (wanted) => {
    const { type, query = '', size = 10 } = wanted;
    const page = Number(wanted.cursor ?? 1);
    const parameters = new URLSearchParams({ q: query, size: String(size), page: String(page) });
    return show(
      await ask(`/api/vocabularies/${type}?${parameters.toString()}`),
      ({ hits }: { hits: { total: number; hits: readonly object[] } }) => {
        const next_cursor = nextCursor(page, size, hits.total);
        return untrustedResult({ total: hits.total, terms: hits.hits, next_cursor }, { items: MOST_HITS });
      },
    );
  });
}

const pathOf = (name: string): string => `/api/records/${encodeURIComponent(name)}`;

/** A reply in JSON as a tool's result; a problem document as its sentence. */
function show<T>({ status, body }: { status: number; body: string }, toResult: (value: T) => CallToolResult): CallToolResult {
  return status === 200 ? toResult(JSON.parse(body) as T) : failure(sentenceOf(status, body));
}

function asText({ status, body }: { status: number; body: string }): CallToolResult {
  return status === 200 ? plainResult(body) : failure(sentenceOf(status, body));
}

function sentenceOf(status: number, body: string): string {
  try {
    const { message, tombstone } = JSON.parse(body) as { message?: string; tombstone?: unknown };
    return `${message ?? `the API answered ${status}`}${tombstone === undefined ? '' : ` ${JSON.stringify(tombstone)}`}`;
  } catch {
    return `the API answered ${status}`;
  }
}
