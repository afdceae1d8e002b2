import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harvested, version } from './testing/harvested.ts';
import { createStockedApi, type StockedApi } from './testing/stocked-api.ts';

const file = join(process.env['THRESHER_SHARED'] ?? '', 'cases/2026-11/zenodo-api.tsv');
const isThere = process.env['THRESHER_SHARED'] !== undefined && existsSync(file);

/** Rows of the file that ask for records by a query or a parameter. */
const rows = (isThere ? readFileSync(file, 'utf8') : '').split('\n').flatMap((line) => {
  const [, feature = ''] = line.split('\t');
  const parameters = parametersOf(feature);
  return parameters === null ? [] : [{ feature, parameters }];
});

function parametersOf(feature: string): string | null {
  const [, q] = /^q=(.*)$/s.exec(feature) ?? [];
  if (q !== undefined) return `q=${encodeURIComponent(q)}`;
  const named = /^(?:parameter |filter )?\??((?:[\w.]+=\S*|all_versions)(?= |$))/.exec(feature)?.[1];
  return named === undefined || named.startsWith('status=') ? null : named;
}

describe.skipIf(!isThere)('queries and parameters of Zenodo (needs THRESHER_SHARED with cases/2026-11/zenodo-api.tsv)', () => {
  let api: StockedApi;
  beforeAll(async () => {
    api = await createStockedApi({ size: 60 });
    await api.store([
      harvested(9001, version('A thesis', '2020-01-01', 9000).concat('<resourceType resourceTypeGeneral="Dissertation"/>')),
      harvested(9002, version('An article', '2020-01-01', 9009).concat('<resourceType resourceTypeGeneral="JournalArticle"/>')),
    ]);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test('the file has rows', () => {
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each(rows)('$feature', async ({ feature, parameters }) => {
    const reply = await api.app.inject(`/api/records?${parameters}`);
    expect(faultOf(feature, parameters, reply.statusCode, reply.json<Answer>())).toBeNull();
  });
});

interface Answer {
  readonly hits?: { readonly total: number };
  readonly warnings?: readonly unknown[];
  readonly detail?: string;
}

/** What is wrong with an answer; null if it is what was asked for, or a 400 that names the field and what works instead. */
function faultOf(feature: string, parameters: string, status: number, { hits, warnings, detail = '' }: Answer): string | null {
  if (status === 200) {
    if (/subtype|resource_type/.test(feature) && hits?.total === 0) return 'the records of that type are not found';
    return /sort=conference/.test(feature) && warnings?.length !== 1 ? 'there is no warning' : null;
  }
  const [field] = /[\w.]+/.exec(decodeURIComponent(parameters.replace(/^q=/, '')))!;
  const refusal = new RegExp(`^(?:the field '${field}' cannot be searched|custom fields).*: (?:use|leave)`);
  return status === 400 && refusal.test(detail) ? null : `${status}: ${detail}`;
}
