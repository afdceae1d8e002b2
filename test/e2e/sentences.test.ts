import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { run } from '@thresher/cli';
import type { Fault } from '@thresher/oai-sim';
import { describe, expect, it } from 'vitest';
import { simulate, createWholeDatabase } from '../harness.ts';

const data = resolve(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'data');

interface Said {
  readonly code: number;
  /** The output, without the progress bar. */
  readonly lines: readonly string[];
}

/** Runs the CLI without an index and with its own database. */
async function cli(...argv: string[]): Promise<Said> {
  await using database = await createWholeDatabase(process.env['DATABASE_URL'] ?? '');
  let [stdout, stderr] = ['', ''];
  const io = {
    env: { DATABASE_URL: database.url },
    stdout: { write: (text: string | Uint8Array) => (stdout += String(text)) },
    stderr: { write: (text: string) => (stderr += text) },
    signal: new AbortController().signal,
  };
  const code = await run(argv, io);
  expect(stderr).not.toMatch(/\n\s+at /);
  return {
    code,
    lines: stderr
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('there is no ELASTICSEARCH_URL') && !/ %  .* records/.test(line)),
  };
}

/** One line of talk, and the exit code that goes with it. */
const sentence = (code: number, says: RegExp): object => ({ code, lines: [expect.stringMatching(says)] });

describe('messages for people', { timeout: 60_000 }, () => {
  const server = (faults: readonly Fault[] = []) => simulate({ seed: 2, size: 30 }, { faults });

  it('of a format that is not offered', async () => {
    await using sim = await server();
    expect(await cli('harvest', sim.url, '-p', 'oai_marc')).toEqual(
      sentence(1, /^thresher: .*metadataPrefix does not exist.*offers oai_dc, datacite, oai_datacite/),
    );
  });

  it('of a set that is not there', async () => {
    await using sim = await server();
    expect(await cli('harvest', sim.url, '--set', 'user-no-such')).toEqual(
      sentence(1, /lists no records in user-no-such, and no such set: is it spelt right\?/),
    );
  });

  it('of a host that does not answer', async () => {
    expect(await cli('harvest', 'http://127.0.0.1:9/oai2d')).toEqual(sentence(1, /^thresher: .*127\.0\.0\.1:9/));
  });

  it('of a web page where an endpoint should be', async () => {
    await using sim = await server([{ fault: 'html-200', at: { verb: 'Identify' } }]);
    expect(await cli('harvest', sim.url)).toEqual(sentence(1, /^thresher: .*HTML page/));
  });

  it('of nothing new', async () => {
    await using sim = await server();
    expect(await cli('harvest', sim.url, '--from', '2026-11-01')).toEqual(sentence(0, /lists no records for this selection/));
  });

  it('of a server that refuses', async () => {
    await using sim = await server([{ fault: 'http-403', times: 10 }]);
    expect(await cli('harvest', sim.url)).toEqual(sentence(1, /^thresher: .*HTTP 403.*refuses/));
  });

  it('of a source that is none', async () => {
    expect(await cli('harvest', 'zenodoo')).toEqual(sentence(2, /^thresher: there is no source "zenodoo"/));
  });

  it('of a date that is none', async () => {
    await using sim = await server();
    expect(await cli('harvest', sim.url, '--from', 'yesterday')).toEqual(sentence(2, /^thresher: "yesterday" is not a date/));
  });
});

describe.skipIf(!existsSync(data))(
  'messages about answers that Zenodo gave (needs the genuine data next to the checkout)',
  { timeout: 60_000 },
  () => {
    const identify = 'zenodo/http/x-identify';
    const answers: readonly {
      readonly name: string;
      readonly identify?: string;
      readonly list: string;
      readonly code: number;
      readonly says: RegExp;
    }[] = [
      {
        name: 'an unknown format',
        list: 'zenodo/http/2026-04-10-list_records-e5b3-4-422.xml',
        code: 1,
        says: /^thresher: .*badArgument: metadataPrefix does not exist/,
      },
      {
        name: 'nothing since 2030',
        list: 'zenodo/http/2026-04-10-list_records-e5b3-10-422.xml',
        code: 0,
        says: /lists no records for this selection/,
      },
      {
        name: 'a token that nobody sent',
        list: 'zenodo/http/2026-04-10-list_records-e5b3-9-422.xml',
        code: 1,
        says: /^thresher: .*badResumptionToken/,
      },
      {
        name: 'a web page',
        identify: 'oai-protocol/not-an-oai-endpoint/x-identify-af58-1-200.xml',
        list: identify,
        code: 1,
        says: /^thresher: .*HTML page/,
      },
    ];
    for (const { name, identify: first = 'zenodo/http/2024-01-17-identify-af58-0-200.xml', list, code, says } of answers)
      it(`an answer: ${name}`, async () => {
        await using server = await serve((verb) => (verb === 'Identify' ? first : list));
        expect(await cli('harvest', server.url)).toEqual(sentence(code, says));
      });
  },
);

/** Answers with recorded bodies; 422 where their name says so. Rate limits are left out: nobody wants to wait. */
async function serve(fileFor: (verb: string) => string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    const file = fileFor(new URL(request.url ?? '/', 'http://localhost').searchParams.get('verb') ?? '');
    response.writeHead(file.includes('-422') ? 422 : 200, { 'content-type': 'text/xml; charset=utf-8' });
    response.end(readFileSync(join(data, file)));
  });
  await new Promise<void>((resolved) => server.listen(0, '127.0.0.1', resolved));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai2d`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolved) => server.close(resolved));
    },
  };
}
