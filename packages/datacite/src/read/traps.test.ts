import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { mapMetadata } from '../index.ts';
import { codes, genuine, noGenuineData, resource, wrapped } from '../../test/genuine.ts';

// What has misled readers of Zenodo's records, each on a genuine record and on one made for it.
const PAGE_2023 = 'zenodo/legacy/2023-05-listrecords.xml';
const doiIdentifier = '<identifier identifierType="DOI">10.5281/zenodo.12</identifier>';

function related(type: string, relation: string, text: string): string {
  return `<relatedIdentifier relatedIdentifierType="${type}" relationType="${relation}">${text}</relatedIdentifier>`;
}

function withRelated(identifier: string, ...rows: string[]): string {
  return `${identifier}<relatedIdentifiers>${rows.join('')}</relatedIdentifiers>`;
}

describe.skipIf(noGenuineData !== null)(`on genuine records${noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`}`, () => {
  test('49 records of 2024-09 have an empty IsVersionOf and no concept DOI', () => {
    let empty = 0;
    for (let page = 1; page <= 6; page++) {
      for (let n = 0; n < (page < 6 ? 100 : 50); n++) {
        const { metadata, issues } = genuine100(page, n);
        if (!codes(issues).includes('related-identifier-empty')) continue;
        empty += 1;
        expect(metadata.conceptDoi).toBeNull();
      }
    }
    expect(empty).toBe(49);
  });

  test('kernel 3 hides the concept DOI among the IsPartOf', () => {
    const { metadata } = genuine(PAGE_2023, 0);
    expect([metadata.doi, metadata.conceptDoi]).toEqual(['10.5281/zenodo.3777492', '10.5281/zenodo.3777491']);
    expect(metadata.communities).toEqual(['biosyslit']);
  });

  test('a URL as identifier: the DOI is the last IsIdenticalTo, and there is no concept', () => {
    const { metadata, issues } = genuine(PAGE_2023, 1);
    expect([metadata.identifier, metadata.identifierType]).toEqual(['https://zenodo.org/record/2228022', 'URL']);
    expect([metadata.doi, metadata.conceptDoi]).toEqual(['10.2307/2221157', null]);
    expect(codes(issues)).toContain('identifier-not-doi');
  });

  test('kernel-3 points are latitude first', () => {
    expect(genuine(PAGE_2023, 99).metadata.geoLocations[0]).toMatchObject({
      place: 'SPAIN',
      point: { latitude: 43.580166, longitude: -8.5901165 },
    });
  });

  test('a Funder among the contributors is a contributor and a funding reference', () => {
    const { metadata } = genuine(PAGE_2023, 9);
    expect(metadata.contributors.filter((each) => each.contributorType === 'Funder')).toHaveLength(1);
    expect(metadata.fundingReferences).toEqual([
      {
        funderName: 'European Commission',
        funderIdentifier: null,
        funderIdentifierType: null,
        schemeUri: null,
        awardNumber: '777483',
        awardUri: 'info:eu-repo/grantAgreement/EC/H2020/777483/',
        awardTitle: null,
        funderRor: null,
        funderDoi: null,
      },
    ]);
  });

  test('references come as JSON in a description, which is not the description', () => {
    const { metadata } = genuine(PAGE_2023, 14);
    expect(metadata.references).toHaveLength(11);
    expect(metadata.description).not.toContain('"references"');
  });

  test('a DOI among the alternate identifiers is not the record’s', () => {
    const { metadata } = genuine('zenodo/dump-2026-06/18156781.xml', 0);
    expect(metadata.doi).toBe('10.5281/zenodo.18156781');
    expect(metadata.alternateIdentifiers.filter((each) => each.alternateIdentifierType === 'DOI')).toHaveLength(1);
  });

  test('no access right before autumn 2025: absent is not open', () => {
    for (let n = 0; n < 100; n++) expect(genuine100(1, n).metadata.accessRight).toBeNull();
    expect(genuine('zenodo/dump-2026-06/18307321.xml', 0).metadata.accessRight).toBe('restricted');
    expect(genuine(PAGE_2023, 76).metadata.accessRight).toBe('closed');
  });

  test('of several Issued dates the first is the publication date', () => {
    const { metadata } = genuine('zenodo/dump-2026-06/18364306.xml', 0);
    const issued = metadata.dates.filter((each) => each.dateType === 'Issued');
    expect(issued.length).toBeGreaterThan(1);
    expect(metadata.publicationDate?.text).toBe(issued[0]!.text);
  });

  test('legacy HTML becomes text, newer text is left alone', () => {
    const software = genuine(PAGE_2023, 3).metadata.descriptions[0]!;
    expect([software.description, software.text]).toEqual(['<p>initial</p>', 'initial']);
    for (const each of genuine('zenodo/dump-2026-06/14538293.xml', 0).metadata.descriptions) expect(each.text).toBe(each.description);
  });

  test('communities are sometimes only in the sets', () => {
    expect(genuine('zenodo/legacy/2016-12-one-item.xml', 0).metadata.communities.length).toBeGreaterThan(0);
  });

  test('funders: ROR bare in 2026, Crossref before', () => {
    expect(genuine('zenodo/dump-2026-06/14538293.xml', 0).metadata.fundingReferences[0]).toMatchObject({
      funderRor: '00k4n6c32',
      funderDoi: null,
    });
    expect(genuine('zenodo/chain-2024-09/page4.xml', 38).metadata.fundingReferences[0]).toMatchObject({
      funderRor: null,
      funderDoi: '10.13039/501100000780',
    });
  });
});

function genuine100(page: number, n: number) {
  return genuine(`zenodo/chain-2024-09/page${page}.xml`, n);
}

describe('on records made for it', () => {
  test('the concept DOI of kernel 4 is the last IsVersionOf with a DOI', () => {
    const rows = [
      related('DOI', 'IsVersionOf', '10.1234/other'),
      related('DOI', 'IsVersionOf', '10.5281/ZENODO.11'),
      related('DOI', 'IsVersionOf', ' '),
    ];
    const { metadata, issues } = resource(withRelated(doiIdentifier, ...rows));
    expect(metadata.conceptDoi).toBe('10.5281/zenodo.11');
    expect(metadata.relatedIdentifiers).toHaveLength(2);
    expect(issues).toContainEqual({
      code: 'related-identifier-empty',
      path: 'relatedIdentifiers/2',
      value: 'IsVersionOf',
      severity: 'info',
    });
  });

  test('in kernel 3 only a record of Zenodo’s own has a concept DOI, the last IsPartOf of Zenodo', () => {
    const rows = [
      related('DOI', 'IsPartOf', '10.5281/zenodo.9'),
      related('DOI', 'IsPartOf', '10.5281/zenodo.11'),
      related('DOI', 'IsPartOf', '10.5852/ejt.1'),
    ];
    expect(resource(withRelated(doiIdentifier, ...rows), '3').metadata.conceptDoi).toBe('10.5281/zenodo.11');
    const external = '<identifier identifierType="DOI">10.5852/ejt.2020.622</identifier>';
    expect(resource(withRelated(external, ...rows), '3').metadata.conceptDoi).toBeNull();
    expect(resource(withRelated(doiIdentifier, ...rows), '4').metadata.conceptDoi).toBeNull();
  });

  test('a URL as identifier gives way to the last IsIdenticalTo DOI', () => {
    const url = '<identifier identifierType="URL">https://zenodo.org/record/12</identifier>';
    const rows = [
      related('DOI', 'IsIdenticalTo', '10.1/x'),
      related('DOI', 'IsIdenticalTo', '10.2307/1'),
      related('DOI', 'IsIdenticalTo', '10.2307/2'),
    ];
    expect(resource(withRelated(url, ...rows), '3').metadata.doi).toBe('10.2307/2');
    const without = resource(url, '3');
    expect(without.metadata.doi).toBeNull();
    expect(codes(without.issues)).toEqual(expect.arrayContaining(['identifier-not-doi', 'doi-missing']));
  });

  test('without an identifier element an alternate DOI is not taken for it', () => {
    const alternates =
      '<alternateIdentifiers><alternateIdentifier alternateIdentifierType="DOI">10.5281/zenodo.5</alternateIdentifier></alternateIdentifiers>';
    const { metadata, issues } = resource(alternates);
    expect(metadata.doi).toBeNull();
    expect(codes(issues)).toContain('identifier-missing');
  });

  test('communities: sets first, then URLs with or without a slash, each once', () => {
    const rows = [
      'https://zenodo.org/communities/eu/',
      'http://zenodo.org/communities/biosyslit',
      'https://zenodo.org/communities/eu/records',
    ];
    const xml = withRelated(
      doiIdentifier,
      ...rows.map((url) => related('URL', 'IsPartOf', url)),
      related('URL', 'References', 'https://zenodo.org/communities/x'),
    );
    expect(resource(xml, '4', ['openaire', 'user-biosyslit', 'user-a_b']).metadata.communities).toEqual(['biosyslit', 'a_b', 'eu']);
  });

  test('an embargo of legacy Zenodo: Accepted is the publication date, Available its end', () => {
    const dates = '<dates><date dateType="Available">2030-01-01</date><date dateType="Accepted">2020-05-06</date></dates>';
    expect(wrapped(dates, '4', '4.1').metadata.publicationDate?.start).toBe('2020-05-06');
    expect(wrapped(dates, '4', '4.5').metadata.publicationDate).toBeNull();
  });

  test('HTML is removed from what legacy Zenodo sent, and not from what Zenodo sends today', () => {
    const zenodo = '<identifier identifierType="DOI">10.5281/zenodo.1</identifier>';
    const description = `${zenodo}<descriptions><description descriptionType="Abstract">&lt;p&gt;a &amp;lt; b&lt;/p&gt;</description></descriptions>`;
    expect(wrapped(description, '3', '3.1').metadata.description).toBe('a < b');
    expect(wrapped(description, '4', '4.1').metadata.description).toBe('a < b');
    expect(wrapped(description, '4', '4.3').metadata.description).toBe('<p>a &lt; b</p>');
  });

  // IQSS/dataverse#12624
  test.each([
    ['&lt;p&gt;Fish &amp;amp; chips in the &lt;em&gt;North&lt;/em&gt; Sea&lt;/p&gt;', 'Fish & chips in the North Sea'],
    ['One line&lt;br/&gt;and &lt;a href="https://example.org/?a=1&amp;amp;b=2"&gt;a link&lt;/a&gt;', 'One line\nand a link'],
    ['Curl&#233;s &amp;amp; sons', 'Curlés & sons'],
    ['if a&lt;b and c&gt;d, then p &lt; 0.05', 'if a<b and c>d, then p < 0.05'],
    ['the &lt;record&gt; element of &lt;p.example&gt;', 'the <record> element of <p.example>'],
  ])('of other repositories %s is the text %s', (written, text) => {
    const description = `<descriptions><description descriptionType="Abstract">${written}</description></descriptions>`;
    expect(wrapped(description, '4', '4.5').metadata.description).toBe(text);
  });

  test('references cut at 20,000 characters keep the whole ones', () => {
    const cut = '<descriptions><description descriptionType="Other">{"references": ["One.", "Two.", "Thr</description></descriptions>';
    const { metadata, issues } = wrapped(cut, '3', '3.1');
    expect(metadata.references).toEqual(['One.', 'Two.']);
    expect(metadata.description).toBeNull();
    expect(codes(issues)).toContain('references-not-json');
  });

  test('the wrapper’s version is a hint only: 4.3 with a type of 4.4', () => {
    const { metadata, issues } = wrapped('<resourceType resourceTypeGeneral="JournalArticle"/>', '4', '4.3');
    expect([metadata.schemaVersion, metadata.resourceType]).toEqual([
      '4.3',
      { general: 'JournalArticle', text: null, type: 'publication', subtype: 'article' },
    ]);
    expect(codes(issues)).not.toContain('resource-type-unknown');
  });

  test('an empty datacentreSymbol, as in 2023-11 and 2024-02, is none', () => {
    const xml =
      '<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><datacentreSymbol/><payload><resource/></payload></oai_datacite>';
    expect(mapMetadata(parseXml(xml), { identifier: 'oai:zenodo.org:1', setSpecs: [] }).metadata?.datacentreSymbol).toBeNull();
  });
});
