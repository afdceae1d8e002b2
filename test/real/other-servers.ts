import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTestDatabase } from '@thresher/store/testing';
import { buildJava, type Installed, installPython } from '../clients/install.ts';
import type { GivenRecord } from './other-records.ts';

/** An OAI-PMH server that others wrote, with the small program next to this file that loads it. */
export interface OtherServer {
  readonly name: string;
  readonly program: string;
  /** It announces deleted records. oai_repo has the field, and writes nothing of it. */
  readonly announcesDeleted: boolean;
  /** What it does wrong, so that a harvest differs or ends as incomplete. */
  readonly fault?: string;
  /** Keeps its records in a database. */
  readonly database?: boolean;
  readonly install: (folder: string) => Promise<Installed>;
  readonly lines: (records: readonly GivenRecord[]) => string;
}

const json = (records: readonly GivenRecord[]): string => records.map((record) => JSON.stringify(record)).join('\n');
const here = import.meta.dirname;

export const OTHER_SERVERS: readonly OtherServer[] = [
  {
    name: 'pyoai 2.5.0',
    program: 'pyoai_server.py',
    announcesDeleted: true,
    install: (folder) => installPython(folder, ['pyoai==2.5.0', 'lxml<5', 'setuptools<80']),
    lines: json,
  },
  {
    name: 'oai_repo 0.5.2',
    program: 'oai_repo_server.py',
    announcesDeleted: false,
    fault: 'counts deleted records in completeListSize, and leaves them out of the pages',
    install: (folder) => installPython(folder, ['oai-repo==0.5.2']),
    lines: json,
  },
  {
    name: 'django-oai-pmh 0.3.9',
    program: 'django_server.py',
    announcesDeleted: true,
    database: true,
    fault: 'refuses until without from; its tokens turn until into a second from and forget the set',
    install: (folder) => installPython(folder, ['django-oai-pmh==0.3.9', 'django==5.2.9']),
    lines: json,
  },
  {
    name: 'XOAI 5.3.0',
    program: 'XoaiServer.java',
    announcesDeleted: true,
    install: (folder) => buildJava(folder, join(here, 'XoaiServer.java'), ['io.gdcc:xoai-data-provider:5.3.0']),
    lines: (records) => records.map(tabbed).join('\n'),
  },
];

interface RunningOther extends AsyncDisposable {
  readonly url: string;
}

/** Installs it into a folder, loads it and starts it on a free port of the loopback address. */
export async function startOther(
  server: OtherServer,
  records: readonly GivenRecord[],
  folder: string,
  databaseUrl: string,
): Promise<RunningOther> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'records');
  await writeFile(file, server.lines(records));
  const { command, args, env, built } = await server.install(folder);
  const stack = new AsyncDisposableStack();
  const database = server.database === true ? { DATABASE_URL: stack.use(await createTestDatabase(databaseUrl)).url } : {};
  const child = spawn(command, [...args, ...(built === true ? [] : [join(here, server.program)]), file], {
    cwd: folder,
    env: { ...process.env, ...env, ...database },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stack.defer(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const url = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line as string),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${server.name} ended with ${code}`))),
  ]);
  return { url, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function tabbed({ identifier, datestamp, sets, deleted, dc }: GivenRecord): string {
  const text = (value: string): string => value.replace(/[&<>]/g, (one) => `&#${one.codePointAt(0)};`);
  const elements = Object.entries(dc).flatMap(([name, values]) => values.map((value) => `<dc:${name}>${text(value)}</dc:${name}>`));
  const namespaces = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"';
  const xml = `<oai_dc:dc ${namespaces}>${elements.join('')}</oai_dc:dc>`;
  return [identifier, datestamp, sets.join(' '), deleted ? 'deleted' : '', xml].join('\t');
}
