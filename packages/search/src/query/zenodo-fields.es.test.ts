import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { datedOn, writeSample, ZENODO_SAMPLES } from '../../test/zenodo-samples.ts';
import { type CursorPage, searchByCursor } from './cursor.ts';
import { searchRecords } from './search.ts';

const url = process.env['ELASTICSEARCH_URL'];

describe.skipIf(!url)('fields as Zenodo and InvenioRDM name them (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: ZENODO_SAMPLES });
    await refresh(index.client, index.alias);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  const search = async (given: object) => searchRecords(index.client, index.alias, { sort: 'oldest', allVersions: true, ...given });
  const found = async (given: object) => (await search(given)).hits.map((hit) => hit.source.recid);

  test.each([
    ['resource_type.subtype:publication-article', [1]],
    ['resource_type:publication-article', [1]],
    ['metadata.resource_type.id:publication-article', [1]],
    ['metadata.resource_type.id:"publication-dissertation"', [2]],
    ['resource_type.id:publication-*', [1, 2]],
    ['resource_type.id:image-fig*', [3]],
    ['resource_type:"Journal article"', [1]],
    ['resource_type.title:"Journal article"', [1]],
    ['metadata.resource_type.title.en:Thesis', [2]],
    ['subtype:thesis', [2]],
    ['subtype:dissertation', [2]],
    ['resource_type.subtype:publication-thesis', [2]],
    ['metadata.resource_type.props.subtype:publication-article', [1]],
    ['metadata.resource_type.props.type:publication', [1, 2]],
    ['type:publication', [1, 2]],
    ['type:image', [3]],
    ['resource_type:Dissertation', [2]],
    ['access.files:public', [1]],
    ['access.files:restricted', [2, 3]],
    ['access.record:public', [1, 2, 3]],
    ['access.record:restricted', []],
    ['access.status:metadata-only', [2]],
    ['is_published:true AND is_draft:false', [1, 2, 3]],
    ['deletion_status.is_deleted:false', [1, 2, 3]],
    ['deletion_status.status:P', [1, 2, 3]],
    ['is_deleted:true', []],
    ['status:published', [1, 2, 3]],
    ['access_right:closed', [2]],
    ['access.embargo.active:true', [3]],
    ['embargodate:[2030-01-01 TO *]', [3]],
    ['access.embargo.until:2031-05', [3]],
    ['metadata.dates.date:2019', [3]],
    ['metadata.dates.type.id:collected', [3]],
    ['_exists_:parent.communities', [1, 2]],
    ['parent.communities.ids:zenodo', [1]],
    ['parent.communities.default:tides', [1, 2]],
    ['parent.communities.entries.slug:tides', [1, 2]],
    ['creators.gnd:170118215', [1]],
    ['creators.gnd:"https://d-nb.info/gnd/170118215"', [1]],
    ['creators.gnd:"gnd:170118215"', [1]],
    ['metadata.creators.person_or_org.identifiers.identifier:170118215', [1]],
    ['metadata.creators.person_or_org.identifiers.identifier:0000-0002-1825-0097', [1]],
    ['metadata.creators.person_or_org.family_name:smith', [1]],
    ['metadata.creators.person_or_org.family_name:ann', []],
    ['creators.person_or_org.given_name:Ann', [1]],
    ['creators:https://orcid.org/0000-0002-1825-0097', [1]],
    ['contributors.isni:"0000 0001 2103 2683"', [2]],
    ['contributors.gnd:170118215', []],
    ['thesis.supervisors.name:jones', [2]],
    ['metadata.contributors.person_or_org.family_name:jones', [2]],
    ['subject:climate', [1]],
    ['language:en', [1]],
    ['language:English', [1]],
    ['metadata.languages.id:eng', [1]],
    ['license.url:"https://creativecommons.org/licenses/by/4.0/legalcode"', [1]],
    ['license.url:"http://creativecommons.org/licenses/by/4.0/"', [1]],
    ['license:"https://creativecommons.org/licenses/by/4.0/"', [1]],
    ['license:"Creative Commons Attribution 4.0 International"', [1]],
    ['license:CC-BY-4.0', [1]],
    ['license:"cc by 4.0"', [1]],
    ['access_right:"Restricted Access"', []],
    ['access_right:"closed-access"', [2]],
    ['communities.identifier:tides', [1, 2]],
    ['modified:2024-01', [1, 2, 3]],
    ['metadata.funding.award.title.en:open', [1]],
    ['metadata.funding.award.number:101057264', [1]],
    ['grants.code:101057264', [1]],
    ['grants.id:"10.13039/501100000780::101057264"', [1]],
    ['metadata.funding.award.id:"00k4n6c32::101057264"', [1]],
    ['grants.id:"10.13039/100000001::101057264"', []],
    ['grants.funder.doi:501100000780', [1]],
    ['grants.funder.doi:"https://doi.org/10.13039/501100000780"', [1]],
    ['grants.funder.doi:"http://dx.doi.org/10.13039/501100000780"', [1]],
    ['grants.funder.doi:"doi:10.13039/501100000780"', [1]],
    ['metadata.funding.funder.id:00k4n6c32', [1]],
    ['metadata.funding.funder.id:10.13039/501100000780', [1]],
    ['funder:10.13039/501100000780', [1]],
    ['funder:"https://ror.org/00k4n6c32"', [1]],
    ['funder:european', [1]],
    ['imprint.publisher:harbour', [2]],
    ['imprint.isbn:978-3-16-148410-0', [2]],
    ['locations.place:geneva', [3]],
    ['metadata.locations.features.place:"Lake Geneva"', [3]],
    ['filename:data.csv', [2]],
    ['filename:*.pdf', [2]],
    ['filename:other.csv', []],
    ['filetype:csv', [2]],
    ['files.types:PDF', [2]],
    ['size:>1000000', [2]],
    ['size:[2000001 TO *]', [2]],
    ['size:>2001500', []],
    ['filesize:2001500', [2]],
    ['files.size:[2000001 TO *]', []],
    ['files.count:2', [2]],
    ['filecount:(>=2 AND <3)', [2]],
    ['filecount:(+>1 -<3)', []],
    ['publication_date:(>2019 AND <=2020-12) OR filecount:(<2)', []],
    ['metadata.dates.date:(>=2019-07 AND <2020)', [3]],
    ['creators.\\*:smith', [1]],
    ['metadata.creators.\\*:0000-0002-1825-0097', [1]],
    ['creators.*:jones', []],
    ['contributors.\\*:(jones OR smith)', [2]],
    ['grants.\\*:european', [1]],
    ['grants.\\*:101057264', [1]],
    ['grants.funder.\\*:european', [1]],
    ['license.\\*:cc-by-4.0', [1]],
    ['journal.\\*:annals', [2]],
    ['meeting.\\*:"tide days"', [2]],
    ['part_of.\\*:world', [2]],
    ['imprint.\\*:cardiff', [2]],
    ['references.\\*:cardiff', [2]],
    ['metadata.\\*:geneva', []],
    ['_missing_:creators.orcid', [2, 3]],
    ['_missing_:"notes" AND type:image', [3]],
    ['NOT _missing_:filename', [2]],
    ['_exists_:files', [2]],
    ['_exists_:stats', [2]],
    ['_exists_:metadata.funding', [1, 2]],
    ['_exists_:metadata.locations', [3]],
    ['_exists_:custom_fields', [2]],
    ['_exists_:metadata', [1, 2, 3]],
    ['accessrights:open', [1]],
    ['alternate_identifiers.identifier:978-3-16-148410-0', [2]],
    ['isbn:978-3-16-148410-0', [2]],
    ['isbn:978', []],
    ['license.license:cc-by-4.0', [1]],
    ['relations.version.is_last:false', [3]],
    ['metadata.funding.funder.identifiers.identifier:"10.13039/501100000780"', [1]],
    ['files.totalbytes:2001500', [2]],
    ['_files.size:1500', [2]],
    ['stats.views:>5', [2]],
    ['stats.downloads:[* TO 3]', [2]],
    ['versions.is_latest:true', [1, 2]],
    ['stats.all_versions.unique_views:6', [2]],
    ['stats.unique_downloads:>2', []],
    ['language:cym', [2]],
    ['language:Irish', [2]],
    ['journal.title:tides', [2]],
    ['journal.title:"Annals of Tides & Harbours"', [2]],
    ['journal.title:"tides harbours"', [2]],
    ['journal.title:"harbours tides"', []],
    ['journal.title:annal*', [2]],
    ['journal.title:/ann[a-z]+.*harbours/', [2]],
    ['journal.title:world', []],
    ['journal.volume:7', [2]],
    ['journal.issn:2999-0008', [2]],
    ['custom_fields.journal\\:journal.title:annals', [2]],
    ['custom_fields.journal:journal.title:annals', [2]],
    ['_exists_:journal.title', [2]],
    ['_exists_:journal.pages', []],
    ['_exists_:custom_fields.journal\\:journal', [2]],
    ['part_of.title:world', [2]],
    ['imprint.place:cardiff', [2]],
    ['imprint.isbn:978-0-306-40615-7', [2]],
    ['meeting.acronym:tide24', [2]],
    ['grants.acronym:tidal', [2]],
    ['metadata.funding.award.program:HORIZON.2.6', [2]],
    ['grants.program:horizon*', [2]],
    ['conference.title:"tide days"', [2]],
    ['meeting.session_part:1', [2]],
    ['thesis.university:shore', [2]],
    ['custom.dwc:family:laminariaceae', [2]],
    ['custom_fields.dwc\\:family:Fuc*', [2]],
    ['custom_fields.dwc\\:family:(Felidae OR Fucaceae)', [2]],
    ['custom_fields.dwc\\:genus:Fucaceae', []],
    ['custom.dwc:locality:swansea', [2]],
    ['custom.dwc:locality:"old pier"', [2]],
    ['custom.dwc:locality:"swansea mumbles"', []],
    ['custom.dwc:eventDate:[2019-07 TO 2019-08]', [2]],
    ['custom.dwc:eventDate:[2018 TO 2019]', [2]],
    ['custom.dwc:eventDate:[2018 TO 2019}', []],
    ['custom.dwc:eventDate:>2019-07-03', []],
    ['custom_fields.dwc:decimalLatitude:[51 TO 51.5]', [2]],
    ['custom_fields.dwc:decimalLatitude:[51 TO 51.5}', []],
    ['custom_fields.dwc:decimalLongitude:[-12 TO -3.9]', [2]],
    ['custom_fields.dwc:decimalLongitude:>0', []],
    ['custom.code:codeRepository:*github.com/tides*', [2]],
    ['custom.code:programmingLanguage:fortran', [2]],
    ['custom.code:programmingLanguage.title.en:Fortran', [2]],
    ['references.identifier:10.5072/tides(90)', [2]],
    ['references.identifier:"https://doi.org/10.5072/TIDES(90)"', [2]],
    ['references.identifier:arXiv:2101.00001', [2]],
    ['references:10.5072/tides(90)', [2]],
    ['metadata.references.reference:"tides of cardiff"', [2]],
    ['created:2020', [2]],
    ['versions.index:3', [2]],
    ['swh.swhid:"swh:1:dir:0000000000000000000000000000000000000001"', [2]],
    ['swh:1:dir:0000000000000000000000000000000000000001', [2]],
    ['type:(dataset OR publication) AND _exists_:parent.communities AND access.files:public', [1]],
  ])('q=%s', async (q, expected) => {
    expect(await found({ q })).toEqual(expected);
  });

  test('older versions are found when the query asks for them', async () => {
    expect(await found({ q: 'versions.is_latest:false', allVersions: false })).toEqual([3]);
  });

  test.each([
    [{ subtype: ['thesis'] }, [2]],
    [{ subtype: ['publication-thesis'] }, [2]],
    [{ subtype: ['Journal article'] }, [1]],
    [{ subtype: ['article,thesis'] }, [1, 2]],
    [{ type: ['publication,image'] }, [1, 2, 3]],
    [{ type: ['publication'], subtype: ['figure'] }, []],
    [{ resource_type: ['publication::publication-thesis'] }, [2]],
    [{ resource_type: ['publication+inner:publication-thesis', 'image inner:image-figure'] }, [2, 3]],
    [{ communities: ['zenodo,tides'] }, [1, 2]],
    [{ communities: ['zenodo', 'nobody'] }, [1]],
    [{ access_status: ['metadata-only'] }, [2]],
    [{ access_right: ['Open'] }, [1]],
    [{ access_right: ['Open Access'] }, [1]],
    [{ access_status: ['embargoed access', 'open'] }, [1, 3]],
    [{ license: ['CC BY 4.0'] }, [1]],
    [{ language: ['English'] }, [1]],
    [{ funder: ['10.13039/501100000780'] }, [1]],
    [{ funder: ['https://ror.org/00k4n6c32'] }, [1]],
    [{ funder: ['European Commission'] }, [1]],
    [{ license: ['https://creativecommons.org/licenses/by/4.0/'] }, [1]],
    [{ 'dates.date': ['2019-06--2019-07'] }, [3]],
    [{ 'dates.date': ['2020..', '..2018'] }, [3]],
    [{ embargodate: ['..2030'] }, []],
  ])('filter %j', async (filters, expected) => {
    expect(await found({ filters })).toEqual(expected);
  });

  test('a choice is marked in its facet, however it is spelt', async () => {
    const { facets } = await search({
      filters: { subtype: ['Thesis'], access_right: ['metadata-only'] },
      facets: ['resource_type', 'access_status'],
    });
    const inner = facets.resource_type!.buckets.flatMap((bucket) => bucket.inner!.buckets);
    expect(inner.filter((bucket) => bucket.is_selected).map((bucket) => bucket.key)).toEqual(['publication-dissertation']);
    expect(facets.access_status!.buckets.filter((bucket) => bucket.is_selected).map((bucket) => bucket.key)).toEqual(['closed']);
  });

  test.each([
    ['owners:1234', 'creators.name'],
    ['user:1234', 'creators.name'],
    ['alternate_identifiers.scheme:doi', 'related.scheme'],
    ['relations.version.count:2', 'versions.index'],
    ['grants.funder.acronyms:EC', 'funder.name'],
    ['metadata.creators.person_or_org.identifiers.scheme:orcid', '_exists_:creators.orcid'],
    ['access_conditions:x', 'access_right'],
    ['_exists_:nothing', 'there is no field'],
    ['files.\\*:x?', 'too wide'],
    ['parent.access.owned_by.user:1234', 'creators.name'],
    ['journal.editor:x', 'journal.title'],
    ['custom_fields.family:Felidae', 'whole name'],
    ['custom.dwc:family:[Felidae TO Hominidae]', 'days or numbers'],
    ['stats.this_version.unique_views:>1', 'stats.views'],
    ['files.checksum:x', 'filename'],
    ['metadata.resourceType:dataset', "there is no field 'metadata.resourceType' (nearest: resource_type"],
    ['code.codeRepository:*github*', 'there is no field'],
    ['metadata.formats:*pdf*', 'record_format'],
    ['metadata.creators.role.id:editor', 'contributors.role'],
    ['metadata.copyright:held', 'license.title'],
    ['metadata.additional_descriptions.type.id:notes', 'additional_descriptions'],
    ['pids.doi.provider:datacite', 'pids.doi.identifier'],
    ['deletion_status.status:published', 'p or d or x'],
    ['parent.communities.ids:65c251bd-53ca-488f-a5b3-4473f9418036', 'slugs'],
    ['access.files:secret', 'public or restricted'],
    ['versions.is_latest:maybe', 'true or false'],
  ])('q=%s is refused with what works', async (q, advice) => {
    await expect(search({ q })).rejects.toMatchObject({ name: 'QueryError', position: expect.any(Number) as number });
    await expect(search({ q })).rejects.toThrow(advice);
  });

  describe('versions', () => {
    const versioned = (recid: number, version: string | null, versionIndex: number | null) =>
      writeSample(
        recid,
        { title: 'Versioned', version },
        versionIndex === null ? {} : { fetched: { views: null, downloads: null, fileTypes: [], versionIndex } },
      );
    beforeAll(async () => {
      const operations = [
        versioned(31, '2', null),
        versioned(32, '7', 2),
        versioned(33, '2', 12),
        versioned(34, 'v2.0-beta', 1),
        versioned(35, null, null),
      ];
      await writeBulk(index.client, { target: { alias: index.alias }, operations });
      await refresh(index.client, index.alias);
    });

    test.each([
      ['version:2', [31, 32]],
      ['version:"2"', [31, 32]],
      ['version:7', []],
      ['version:12', [33]],
      ['version:v2.0-beta', [34]],
      ['version:V2.0*', [34]],
      ['version:[2 TO *]', [32, 33]],
      ['version:(>1 AND <12)', [32]],
      ['version:[v1 TO v3]', [34]],
      ['metadata.version:2', [31, 33]],
      ['metadata.version:7', [32]],
      ['versions.index:2', [32]],
      ['_exists_:version', [31, 32, 33, 34]],
    ])('q=%s is the place for a number if JSON has it, else the label', async (q, recids) => {
      expect(await found({ q: `title:Versioned AND ${q}` })).toEqual(recids);
    });

    test('as a filter too', async () => {
      expect(await found({ q: 'title:Versioned', filters: { version: ['2'] } })).toEqual([31, 32]);
      expect(await found({ q: 'title:Versioned', filters: { 'metadata.version': ['2', '7'] } })).toEqual([31, 32, 33]);
    });
  });

  describe('records in journals and at conferences', () => {
    const sorted = (recid: number, day: string, journal: object | null, meeting: object | null) =>
      writeSample(
        recid,
        { title: 'Sortable', dates: [datedOn('Issued', day)], publicationDate: datedOn('Issued', day) },
        {
          fetched: {
            views: null,
            downloads: null,
            fileTypes: [],
            customFields: [
              ...(journal === null ? [] : [{ field: 'journal:journal', json: journal }]),
              ...(meeting === null ? [] : [{ field: 'meeting:meeting', json: meeting }]),
            ],
          },
        },
      );
    beforeAll(async () => {
      const operations = [
        sorted(21, '2020-01-01', { volume: '1', issue: '2', pages: '5-6' }, { session: 'A', session_part: '2' }),
        sorted(22, '2020-01-01', { volume: '1', issue: '2', pages: '1-4' }, { session: 'B' }),
        sorted(23, '2021-01-01', { volume: '2', issue: '' }, { session: 'A', session_part: '1' }),
        sorted(24, '2020-01-01', { volume: '1', issue: '1' }, null),
        sorted(25, '2020-01-01', null, null),
        sorted(26, '2020-01-01', null, null),
        writeSample(27, { title: null }),
      ];
      await writeBulk(index.client, { target: { alias: index.alias }, operations });
      await refresh(index.client, index.alias);
    });

    test.each([
      ['journal-desc', [23, 24, 22, 21, 26, 25]],
      ['journal-asc', [21, 22, 24, 26, 25, 23]],
      ['conference-desc', [22, 21, 23, 26, 25, 24]],
      ['conference-asc', [23, 21, 22, 26, 25, 24]],
      ['-conference-desc', [23, 21, 22, 24, 25, 26]],
    ])('sort=%s', async (sort, recids) => {
      expect(await found({ q: 'title:Sortable', sort })).toEqual(recids);
    });

    test.each([
      ['conference-desc', [22, 21, 23, 26, 25, 24]],
      ['-journal-desc', [21, 22, 24, 25, 26, 23]],
      ['title-asc', [26, 25, 24, 23, 22, 21]],
    ])('a walk by %s passes the records that lack what it sorts by', async (sort, recids) => {
      const walked: (number | undefined)[] = [];
      const wanted = { q: 'title:Sortable OR recid:27', sort, allVersions: true, size: 1 };
      for (let cursor: string | null = '*'; cursor !== null;) {
        const page: CursorPage = await searchByCursor(index.client, index.alias, cursor, wanted);
        walked.push(...page.hits.map(({ source }) => source.record_id));
        cursor = page.next;
      }
      expect(walked.filter((recid) => recid !== 27)).toEqual(recids);
      expect(walked).toHaveLength(recids.length + 1);
    });
  });
});
