import type { SimAnswer, SimRequest } from '../answer.ts';
import type { ExportedFile, Exporter } from '../rdm-json/exporter.ts';
import type { Fault } from '../faults/faults.ts';

/** Where Zenodo lists its dumps, and below it sends them. */
export const EXPORTER_PATH = '/api/exporter';

export const isExporter = ({ pathname }: Pick<URL, 'pathname'>): boolean =>
  pathname === EXPORTER_PATH || pathname.startsWith(`${EXPORTER_PATH}/`);

/** `GET /api/exporter`, `/api/exporter/{key}` (the newest version) and `/api/exporter/{key}/{version}`; keys may hold slashes. */
export function answerExporter(exporter: Exporter, request: SimRequest, url: URL, fault?: Fault): SimAnswer {
  const below = decodeURIComponent(url.pathname.slice(EXPORTER_PATH.length)).replace(/^\//, '');
  if (below === '') return json(200, listing(exporter, url.origin, fault?.fault === 'dump-wrong-checksum'));
  const cut = below.lastIndexOf('/');
  const file = exporter.find(below) ?? (cut < 0 ? undefined : exporter.find(below.slice(0, cut), below.slice(cut + 1)));
  if (file === undefined) return json(404, { status: 404, message: 'No such file.' });
  if (fault?.fault === 'dump-replaced') exporter.replace();
  return fileAnswer(file, request, fault?.fault === 'dump-no-range');
}

function listing(exporter: Exporter, origin: string, wrong: boolean): Record<string, object[]> {
  const keys: Record<string, object[]> = {};
  for (const file of exporter.files()) {
    const versions = (keys[file.key] ??= []);
    const self = `${origin}${EXPORTER_PATH}/${file.key}`;
    const isHead = versions.length === 0;
    versions.push({
      version_id: file.versionId,
      created: `${new Date(file.created).toISOString().slice(0, 23)}000+00:00`,
      is_head: isHead,
      size: file.size,
      checksum: `md5:${wrong ? file.md5.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) : file.md5}`,
      links: { self: `${self}/${file.versionId}`, ...(isHead ? { self_head: self } : {}) },
    });
  }
  return keys;
}

function fileAnswer(file: ExportedFile, { headers }: SimRequest, noRange: boolean): SimAnswer {
  const etag = `"${file.md5}"`;
  const common = {
    'content-type': 'application/gzip',
    'content-disposition': `attachment; filename=${file.key.split('/').at(-1)}`,
    'last-modified': new Date(file.created).toUTCString(),
  };
  if (noRange) return withStream(200, common, file, 0, file.size - 1);
  const usual = { ...common, etag: etag, 'accept-ranges': 'bytes' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '');
  const condition = headers['if-range'];
  if (range === null || (condition !== undefined && condition !== etag && condition !== common['last-modified']))
    return withStream(200, usual, file, 0, file.size - 1);
  const start = Number(range[1]);
  const end = Math.min(file.size - 1, range[2] === '' ? Infinity : Number(range[2]));
  if (start > end) return { status: 416, headers: { ...usual, 'content-range': `bytes */${file.size}` }, body: new Uint8Array() };
  return withStream(206, { ...usual, 'content-range': `bytes ${start}-${end}/${file.size}` }, file, start, end);
}

function withStream(status: number, headers: Record<string, string>, file: ExportedFile, start: number, end: number): SimAnswer {
  return {
    status,
    headers,
    body: new Uint8Array(),
    stream: { length: end + 1 - start, bytes: (count) => file.read(start, start + count - 1) },
  };
}

function json(status: number, value: unknown): SimAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}
