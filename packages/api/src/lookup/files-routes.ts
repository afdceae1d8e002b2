import type { RecordFile, RecordStats } from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { whyNothing } from '../shapes/files-and-stats.ts';
import { fileLinks, recordLinks, recordPath, urlAtSource } from '../shapes/links.ts';
import { LOOKUP_PROBLEMS } from './lookup-problems.ts';
import { type FoundRecord, lookUp } from './look-up.ts';
import { mimeTypeOf } from '../shapes/mime-type.ts';

const Nullable = <T>(type: string, description?: string) =>
  Type.Unsafe<T | null>({ type: [type, 'null'], ...(description && { description }) });
const Links = Type.Record(Type.String(), Type.String());
const params = Type.Object({ id: Type.String({ description: 'Any name of a record' }) });

const Unknown = Type.Null({ description: 'The source does not report it, or it was not stored' });

const Entry = Type.Object({
  key: Type.String({ description: 'Name of the file' }),
  file_id: Nullable<string>('string'),
  size: Nullable<number>('integer', 'Bytes'),
  checksum: Nullable<string>('string', 'md5:…'),
  mimetype: Type.String({ description: 'As the source reports it, else by the end of the name' }),
  created: Unknown,
  updated: Unknown,
  bucket_id: Unknown,
  version_id: Unknown,
  storage_class: Unknown,
  metadata: Unknown,
  transfer: Unknown,
  status: Type.String({ description: 'completed: a published record has no others' }),
  access: Type.Object({ hidden: Type.Boolean() }),
  links: Links,
});

const Files = Type.Object({
  enabled: Nullable<boolean>('boolean', 'Whether the record has files; null if that is not known'),
  entries: Type.Unsafe<Static<typeof Entry>[] | null>({ anyOf: [Type.Array(Entry), { type: 'null' }] }),
  total_size: Nullable<number>('integer', 'Bytes'),
  default_preview: Unknown,
  order: Type.Array(Type.String()),
  fetched: Nullable<string>('string', 'When the source was last asked; null: never'),
  detail: Type.Optional(Type.String({ description: 'Why there are no entries' })),
  links: Links,
});

const problems = {
  ...LOOKUP_PROBLEMS,
  302: { description: 'The content is at the source, or the name of a concept leads to its latest version', type: 'null' },
};

/** `/api/records/{id}/files` and `POST /api/stats`: what `thresher enrich` has fetched. */
export function addFilesRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  const tags = ['records'];
  app.get(
    '/api/records/:id/files',
    { schema: { tags, summary: 'The files of a record', params, response: { 200: Files, ...problems } } },
    async (request, reply) => {
      const found = await lookUp(db, request.params.id, request.origin);
      if (found.byConcept)
        return reply
          .code(302)
          .header('location', `/api/records/${recordPath(found.record)}/files`)
          .send();
      return toFilesReply(found, request.origin);
    },
  );
  for (const [path, summary] of OF_FILE) {
    const schema = { tags, summary, params: Type.Object({ ...params.properties, key: Type.String() }), response: problems };
    app.get(`/api/records/:id/files/:key/${path}`, { schema }, async (request, reply) => {
      const { record } = await lookUp(db, request.params.id, request.origin);
      const file = record.fetched?.files?.find(({ key }) => key === request.params.key);
      const url = file === undefined ? null : urlAtSource(file, path);
      if (url === null)
        throw new ApiProblem(
          404,
          'unknown-record',
          `no ${path} of a file '${request.params.key}' of ${record.oaiIdentifier} is known: /files lists those that are`,
        );
      // Headers hold ASCII only: the parsed URL has every other character encoded.
      return reply.code(302).header('location', url.href).send();
    });
  }
  addOneFile(app, db);
  addImages(app, db);
  addStatsRoute(app, db);
}

function addOneFile(app: Api, db: ApiDeps['db']): void {
  const one = {
    tags: ['records'],
    summary: 'One file of a record',
    params: Type.Object({ ...params.properties, key: Type.String() }),
    response: { 200: Entry, ...problems },
  };
  app.get('/api/records/:id/files/:key', { schema: one }, async (request) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    const file = record.fetched?.files?.find(({ key }) => key === request.params.key);
    if (file === undefined)
      throw new ApiProblem(
        404,
        'unknown-record',
        `no file '${request.params.key}' of ${record.oaiIdentifier} is known: /files lists those that are`,
      );
    return toEntry(file, `${recordLinks(record, request.origin)['self']}/files`);
  });
  for (const [path, summary] of AT_SOURCE) {
    const schema = { tags: ['records'], summary, params, response: problems };
    app.get(`/api/records/:id/${path}`, { schema }, async (request, reply) => {
      const { record } = await lookUp(db, request.params.id, request.origin);
      const host = /^oai:((?:sandbox\.)?zenodo\.org):(\d+)$/.exec(record.oaiIdentifier);
      if (host === null)
        throw new ApiProblem(404, 'unknown-record', `no ${path} of ${record.oaiIdentifier} are known: see links.source of the record`);
      return reply.code(302).header('location', `https://${host[1]}/api/records/${host[2]}/${path}`).send();
    });
  }
}

const OF_FILE = [
  ['content', 'Leads to the content of a file at the source'],
  ['container', 'Leads to what is in an archive file, as the source lists it'],
] as const;

/** Images of a record as IIIF: they are at the source, by the number of the record there. */
function addImages(app: Api, db: ApiDeps['db']): void {
  const schema = { hide: true, params: Type.Object({ '*': Type.String() }) };
  app.get('/api/iiif/*', { schema }, async (request, reply) => {
    const [, name, rest] = /^record:([^:/]+)(.*)$/s.exec(request.params['*']) ?? [];
    if (name === undefined) throw new ApiProblem(404, 'unknown-path', 'images are at /api/iiif/record:{id}');
    const { record } = await lookUp(db, name, request.origin);
    const manifest = recordLinks(record, request.origin)['self_iiif_manifest'];
    const url = manifest === undefined ? null : URL.parse(manifest.replace(/\/manifest$/, '') + rest);
    if (url === null)
      throw new ApiProblem(404, 'unknown-record', `no images of ${record.oaiIdentifier} are known: see links.source of the record`);
    return reply.code(302).header('location', url.href).send();
  });
}

/** Paths of a record's files that only the source can answer. */
const AT_SOURCE = [
  ['files-archive', 'Leads to all files at the source, in one archive'],
  ['media-files', 'Leads to the images and the like that the source made of a record'],
  ['media-files-archive', 'Leads to these in one archive'],
] as const;

function toFilesReply({ record }: FoundRecord, origin: string) {
  const { fetched } = record;
  const links = recordLinks(record, origin);
  const files = fetched?.files ?? null;
  const self = `${links['self']}/files`;
  return {
    enabled: files && files.length > 0,
    entries: files && files.map((file) => toEntry(file, self)),
    default_preview: null,
    order: [],
    total_size: files && files.reduce((sum, file) => sum + (file.size ?? 0), 0),
    fetched: fetched?.fetchedAt.toISOString() ?? null,
    ...(files === null && { detail: whyNothing(fetched, 'files') }),
    links: { self, ...pick(links, 'archive', 'source') },
  };
}

/** Those of the links that a record has. */
const pick = (links: Readonly<Record<string, string>>, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(links).filter(([name]) => names.includes(name)));

/** A file, in InvenioRDM's shape; `files` is the address of the list. */
function toEntry(file: RecordFile, files: string): Static<typeof Entry> {
  const { key, fileId, size, checksum, url, mimetype } = file;
  return {
    key,
    file_id: fileId,
    size,
    checksum,
    mimetype: mimetype ?? mimeTypeOf(key),
    created: null,
    updated: null,
    bucket_id: null,
    version_id: null,
    storage_class: null,
    metadata: null,
    transfer: null,
    status: 'completed',
    access: { hidden: false },
    links: { ...fileLinks(file, files), ...(url !== null && { source: url }) },
  };
}

/** InvenioRDM's queries, and the columns that answer them. */
const STATS = {
  'record-view': { views: 'version_views', unique_views: 'version_unique_views' },
  'record-view-all-versions': { views: 'views', unique_views: 'unique_views' },
  'record-download': { downloads: 'version_downloads', unique_downloads: 'version_unique_downloads', data_volume: 'version_volume' },
  'record-download-all-versions': { downloads: 'downloads', unique_downloads: 'unique_downloads', data_volume: 'volume' },
} as const;

type StatName = keyof RecordStats;

const MOST_QUESTIONS = 50;

const Question = Type.Object({
  stat: Type.Unsafe<keyof typeof STATS>({ type: 'string', enum: Object.keys(STATS) }),
  params: Type.Object({
    recid: Type.Optional(Type.String({ description: 'Any name of a record' })),
    parent_recid: Type.Optional(Type.String({ description: 'Any name of one of its versions' })),
  }),
});

function addStatsRoute(app: Api, db: ApiDeps['db']): void {
  const schema = {
    tags: ['records'],
    summary: 'Statistics of records',
    description: `Up to ${MOST_QUESTIONS} questions by names of your own, as InvenioRDM takes them. Counts are those that were last fetched from the source.`,
    body: Type.Record(Type.String(), Question, { maxProperties: MOST_QUESTIONS }),
    response: {
      200: Type.Record(Type.String(), Type.Object({}, { additionalProperties: true })),
      400: problemResponse('A question cannot be read'),
      404: problemResponse('There is no such record'),
      410: problemResponse('The record was deleted'),
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
  app.post('/api/stats', { schema }, async (request) => {
    const answers: [string, object][] = [];
    for (const [name, { stat, params: of }] of Object.entries(request.body)) {
      const id = of.recid ?? of.parent_recid;
      if (id === undefined)
        throw new ApiProblem(400, 'wrong-parameter', `${name} names no record: give params.recid`, { parameter: `${name}.params` });
      const { record } = await lookUp(db, id, request.origin);
      const { fetched } = record;
      const counts = Object.entries<StatName>(STATS[stat]).map(([shown, column]): [string, number | null] => [
        shown,
        fetched?.stats?.[column] ?? null,
      ]);
      const source = recordLinks(record, request.origin)['source'];
      answers.push([
        name,
        {
          ...Object.fromEntries(counts),
          fetched: fetched?.fetchedAt.toISOString() ?? null,
          ...((fetched?.stats ?? null) === null && { detail: whyNothing(fetched, 'statistics') }),
          ...(source !== undefined && { links: { source } }),
        },
      ]);
    }
    return Object.fromEntries(answers);
  });
}
