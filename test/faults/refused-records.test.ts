import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { quarantinedFailures } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { openHarness } from '../harness.ts';

/** Letters that no compression makes shorter: an index row of PostgreSQL holds 2,704 bytes, and short ones if they compress. */
const noise = (length: number): string => randomBytes(length).toString('hex').slice(0, length);

interface Odd {
  readonly identifier?: string;
  readonly datestamp?: string;
  readonly setSpec?: string;
  readonly status?: string;
  readonly metadata?: string;
}

const resource = (inside: string): string =>
  `<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.1/x</identifier><titles><title>t</title></titles>${inside}</resource>`;
const related = (value: string, relation = 'IsPartOf', type = 'URL'): string =>
  `<relatedIdentifiers><relatedIdentifier relatedIdentifierType="${type}" relationType="${relation}">${value}</relatedIdentifier></relatedIdentifiers>`;
const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

/** Each is on a page with sound records before and behind it. What PostgreSQL cannot hold goes into quarantine alone. */
const refused: Readonly<Record<string, Odd>> = {
  'an identifier of 2,001 bytes': { identifier: `oai:${noise(1_997)}` },
  'an identifier of 5,000 bytes': { identifier: `oai:${noise(4_996)}` },
  'an identifier of 5,000 bytes that is not well-formed next to it': { identifier: `oai:${noise(4_996)}`, metadata: '&nbsp;' },
  'a tombstone with a long identifier': { identifier: `oai:${noise(4_996)}`, status: 'deleted' },
  'a set of 5,000 bytes': { setSpec: noise(5_000) },
  'a community of 5,000 bytes': { metadata: resource(related(`https://zenodo.org/communities/${noise(5_000)}`)) },
  'NUL as it is': { metadata: resource('<publisher>a\0b</publisher>') },
  'NUL as a reference': { metadata: resource('<publisher>a&#0;b</publisher>') },
  'NUL in the identifier': { identifier: 'oai:x:\0' },
  'half a surrogate pair': { metadata: resource('<publisher>a&#xD800;b</publisher>') },
  'elements 201 deep': { metadata: resource(nested(201)) },
};

/** What looks no better but can be held. */
const kept: Readonly<Record<string, Odd>> = {
  'an identifier of 2,000 bytes': { identifier: `oai:${noise(1_996)}` },
  'a set of 2,000 bytes': { setSpec: noise(2_000) },
  'a datestamp before time': { datestamp: '0000-01-01T00:00:00Z' },
  'a datestamp behind time': { datestamp: '9999-12-31T23:59:59Z' },
  'a datestamp that is none': { datestamp: noise(5_000) },
  'a DOI of 9,000 bytes': { metadata: resource(related(`10.1/${noise(9_000)}`, 'IsVersionOf', 'DOI')) },
  'a related identifier of 9,000 bytes': { metadata: resource(related(noise(9_000))) },
  'words of 100,000 bytes': {
    metadata: resource(
      `<titles><title>${noise(100_000)}</title></titles><creators><creator><creatorName>${noise(100_000)}</creatorName><givenName>${noise(100_000)}</givenName><nameIdentifier nameIdentifierScheme="ORCID">${noise(9_000)}</nameIdentifier><affiliation>${noise(100_000)}</affiliation></creator></creators><publisher>${noise(100_000)}</publisher><version>${noise(100_000)}</version><subjects><subject subjectScheme="${noise(9_000)}">${noise(100_000)}</subject></subjects><language>${noise(9_000)}</language><rightsList><rights rightsURI="${noise(100_000)}" rightsIdentifier="${noise(9_000)}">x</rights></rightsList><resourceType resourceTypeGeneral="${noise(9_000)}">${noise(9_000)}</resourceType>`,
    ),
  },
  'years and days that are none': {
    metadata: resource(
      '<publicationYear>99999999999</publicationYear><dates><date dateType="Issued">-99999-13-45</date><date dateType="Issued">+123456-01-01</date><date dateType="Created">0000</date><date dateType="Valid">-4713-01-01/9999999</date></dates>',
    ),
  },
  'a place nowhere': {
    metadata: resource(
      '<geoLocations><geoLocation><geoLocationPoint><pointLongitude>1e400</pointLongitude><pointLatitude>-95</pointLatitude></geoLocationPoint></geoLocation></geoLocations>',
    ),
  },
  'JSON with NUL': {
    metadata: resource(
      '<descriptions><description descriptionType="Other">{"references": ["a\\u0000b\\ud800"]}</description></descriptions>',
    ),
  },
  'elements 150 deep in a related item': {
    metadata: resource(
      `<relatedItems><relatedItem relatedItemType="Book" relationType="IsPartOf">${nested(150)}</relatedItem></relatedItems>`,
    ),
  },
  'JSON 20,000 deep': {
    metadata: resource(
      `<descriptions><description descriptionType="Other">{"references": ${'['.repeat(20_000)}${']'.repeat(20_000)}}</description></descriptions>`,
    ),
  },
};

function recordOf(odd: Odd, fallback: string): string {
  const { identifier = `oai:x:${fallback}`, datestamp = '2024-01-01T00:00:00Z', setSpec, status, metadata = resource('') } = odd;
  return `<record><header${status === undefined ? '' : ` status="${status}"`}><identifier>${identifier}</identifier><datestamp>${datestamp}</datestamp>${setSpec === undefined ? '' : `<setSpec>${setSpec}</setSpec>`}</header>${status === undefined ? `<metadata>${metadata}</metadata>` : ''}</record>`;
}

/** A repository of one page. */
async function serve(records: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  const answer = (inside: string): string =>
    `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2025-01-01T00:00:00Z</responseDate><request>http://x</request>${inside}</OAI-PMH>`;
  const identify =
    '<Identify><repositoryName>x</repositoryName><baseURL>http://x</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@x</adminEmail><earliestDatestamp>2000-01-01T00:00:00Z</earliestDatestamp><deletedRecord>transient</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>';
  const server = createServer((request, reply) => {
    reply.setHeader('content-type', 'text/xml; charset=utf-8');
    reply.end(answer(request.url!.includes('verb=Identify') ? identify : `<ListRecords>${records.join('')}</ListRecords>`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe.concurrent('one record that is odd', { timeout: 120_000 }, () => {
  for (const [what, odd] of Object.entries(refused))
    it(`${what}: in quarantine, its neighbours are kept`, async () => {
      await using harness = await openHarness();
      await using server = await serve([recordOf({}, '1'), recordOf(odd, 'odd'), recordOf({}, '2')]);
      const { state, totals, failure, run } = await harness.harvest(server.url);
      expect([...(await harness.stored()).keys()].sort()).toEqual(['oai:x:1', 'oai:x:2']);
      expect(state).toBe('complete');
      expect(failure).toMatch(/1 records could not be read or stored and are in quarantine/);
      expect(totals).toMatchObject({ received: 3, distinctReceived: 3, quarantined: 1, stored: 2, indexed: 2, restarts: 0 });
      const { shown } = await quarantinedFailures(harness.db, run.source_id, 9);
      expect(shown).toMatchObject([{ position: 1, reason: expect.stringMatching(/\w/) as string }]);
      expect(shown[0]!.identifier).toBe(odd.identifier?.replace('\0', '') ?? 'oai:x:odd');
    });

  for (const [what, odd] of Object.entries(kept))
    it(`${what}: is kept`, async () => {
      await using harness = await openHarness();
      await using server = await serve([recordOf({}, '1'), recordOf(odd, 'odd'), recordOf({}, '2')]);
      const { state, totals, failure } = await harness.harvest(server.url);
      expect([...(await harness.stored()).keys()].sort()).toEqual(['oai:x:1', 'oai:x:2', odd.identifier ?? 'oai:x:odd'].sort());
      expect(failure).toBeNull();
      expect(state).toBe('complete');
      expect(totals).toMatchObject({ received: 3, distinctReceived: 3, quarantined: 0, stored: 3, indexed: 3, restarts: 0 });
    });
});
