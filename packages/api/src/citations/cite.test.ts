import { mapMetadata, type RecordMetadata } from '@thresher/datacite';
import { parseXml } from '@thresher/oai';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Driver } from '@citeproc-rs/wasm';
import { describe, expect, it, vi } from 'vitest';
import { createCiter } from './cite.ts';
import { createStyleLibrary, type StyleFiles } from './styles.ts';

function record(resourceType: string, title = 'Tides of Geneva &amp; &lt;i&gt;beyond&lt;/i&gt;'): RecordMetadata {
  const xml = `<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.5281/zenodo.7</identifier>
    <creators><creator><creatorName nameType="Personal">Núñez, Ana</creatorName></creator><creator><creatorName nameType="Organizational">Harbour Board</creatorName></creator></creators>
    <contributors><contributor contributorType="Editor"><contributorName nameType="Personal">Doe, Jane</contributorName></contributor></contributors>
    <titles><title>${title}</title></titles><publisher>Zenodo</publisher><dates><date dateType="Issued">2024-05-31</date></dates>
    <resourceType resourceTypeGeneral="${resourceType}"/><version>v1.0</version></resource>`;
  return mapMetadata(parseXml(xml), { identifier: 'oai:zenodo.org:7', setSpecs: [] }).metadata!;
}

const cite = createCiter();
const dataset = record('Dataset');

const by = (name: string, more: string, title = 'On dunes', related = ''): RecordMetadata => {
  const xml = `<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.5281/zenodo.7</identifier>
    <creators><creator><creatorName${more.startsWith(' nameType') ? more : ''}>${name}</creatorName>${more.startsWith('<') ? more : ''}</creator></creators><titles><title>${title}</title></titles>
    <publisher>Zenodo</publisher><dates><date dateType="Issued">2020</date></dates><resourceType resourceTypeGeneral="JournalArticle"/>${related}</resource>`;
  return mapMetadata(parseXml(xml), { identifier: 'oai:zenodo.org:7', setSpecs: [] }).metadata!;
};

describe('names, titles and pages that are odd', { timeout: 30_000 }, () => {
  it.each([
    [
      '3. Geodätisches Kontor, Hafenamt Nordby',
      ' nameType="Organizational"',
      'apa',
      /^3\. Geodätisches Kontor, Hafenamt Nordby\. \(2020\)/,
    ],
    ['24. Pionierverein', ' nameType="Organizational"', 'vancouver', /^24\. Pionierverein/],
    ['[1] Collective', ' nameType="Organizational"', 'apa', /^\[1\] Collective/],
    ['Ferrante, Olivia Rose ,', '', 'apa', /^Ferrante, O\. R\. \(2020\)/],
    ['Ferrante, Olivia Rose;', '', 'ieee', /^O\. R\. Ferrante/],
    [
      'Oduya, T. A. (Temitope Adaeze)',
      '<givenName>T. A. (Temitope Adaeze)</givenName><familyName>Oduya</familyName>',
      'apa',
      /^Oduya, T\. A\. \(2020\)/,
    ],
    ['Kowalska, Z. [Zofia]', '<givenName>Z. [Zofia]</givenName><familyName>Kowalska</familyName>', 'ieee', /^Z\. Kowalska/],
    ['Svensson (née Berg), Karin', '', 'mla', /^Svensson, Karin/],
    ['Harbour Trust, Office of Piers and Ferries', '', 'apa', /^Harbour Trust, Office of Piers and Ferries\. \(2020\)/],
    ['Fisheries and Oceans Lapland, Reindeer Group', '', 'ieee', /^Fisheries and Oceans Lapland, Reindeer Group/],
  ])('%s%s in %s', async (name, more, style, expected) => {
    expect(await cite(by(name, more), { style, locale: 'en-US' })).toMatch(expected);
  });

  it.each(
    ['7. Treffen der Deichgrafen', '12. Kolloquium der Gletscherkunde', '[3] Karten einer Bucht'].flatMap((title) =>
      ['apa', 'ieee', 'vancouver'].map((style) => [title, style] as const),
    ),
  )('the title "%s" keeps its number in %s', async (title, style) => {
    expect((await cite(by('', '', title), { style, locale: 'en-US' })).replace(/^“/, '').startsWith(title)).toBe(true);
  });

  it.each([
    ['21-7', '22-3', '21-7–22-3'],
    ['B-7', 'B-12', 'B-7–B-12'],
    ['3-98', '4-2', '3-98–4-2'],
  ])('pages %s to %s are %s', async (first, last, expected) => {
    const journal = `<relatedItems><relatedItem relatedItemType="Journal" relationType="IsPublishedIn"><titles><title>Annals of Tides</title></titles>
      <volume>7</volume><issue>2</issue><firstPage>${first}</firstPage><lastPage>${last}</lastPage></relatedItem></relatedItems>`;
    expect(await cite(by('Doe, Jane', '', 'On dunes', journal), { style: 'apa', locale: 'en-US' })).toContain(`7(2), ${expected}.`);
    expect(await cite(by('Doe, Jane', '', 'On dunes', journal), { style: 'ieee', locale: 'en-US' })).toContain(`pp. ${expected},`);
  });
});

describe('citations', { timeout: 30_000 }, () => {
  it.each([
    [
      'apa',
      'Núñez, A., & Harbour Board. (2024). Tides of Geneva & <i>beyond</i> (J. Doe, Ed.; v1.0) [Data set]. Zenodo. https://doi.org/10.5281/zenodo.7',
    ],
    ['ieee', 'A. Núñez and Harbour Board, “Tides of Geneva & <i>beyond</i>.” Zenodo, May 31, 2024, doi: 10.5281/zenodo.7.'],
    [
      'vancouver',
      expect.stringMatching(
        /^Núñez A, Harbour Board\. Tides of Geneva .*Zenodo; 2024\. Available from: https:\/\/doi\.org\/10\.5281\/zenodo\.7$/,
      ),
    ],
    ['chicago', expect.stringMatching(/^Núñez, Ana, and Harbour Board\. 2024\. “Tides of Geneva/)],
    ['harvard', expect.stringMatching(/^Núñez, A\. and Harbour Board \(2024\)/)],
    ['mla', expect.stringMatching(/^Núñez, Ana, and Harbour Board\. Tides of Geneva/)],
    ['Nature', expect.stringMatching(/^Núñez, A\. & Harbour Board\. Tides of Geneva/)],
    // Leans on another style.
    ['nature-physics', expect.stringMatching(/^Núñez, A\. & Harbour Board\. Tides of Geneva/)],
  ])('%s', async (style, expected) => {
    expect(await cite(dataset, { style, locale: 'en-US' })).toEqual(expected);
  });

  it.each([
    ['de', /Hrsg\./],
    ['de-DE', /Hrsg\./],
    ['fr-FR', /Éd\./],
    ['EN-us', /Ed\./],
  ])('speaks %s', async (locale, editor) => {
    expect(await cite(dataset, { style: 'apa', locale })).toMatch(editor);
  });

  it('says what there is instead of what there is not', async () => {
    await expect(cite(dataset, { style: 'nobody', locale: 'en-US' })).rejects.toMatchObject({
      status: 400,
      members: { parameter: 'style' },
    });
    await expect(cite(dataset, { style: '../../x', locale: 'en-US' })).rejects.toMatchObject({ status: 400 });
    await expect(cite(dataset, { style: 'apa', locale: 'xx' })).rejects.toMatchObject({ status: 400, members: { parameter: 'locale' } });
  });

  it('writes every type of record', async () => {
    const types = [
      'JournalArticle',
      'Software',
      'Book',
      'BookChapter',
      'Collection',
      'Journal',
      'Standard',
      'Event',
      'Audiovisual',
      'Sound',
      'PeerReview',
      'Preprint',
      'Text',
      'Image',
      'Workflow',
      'ConferencePaper',
      'Dissertation',
      'InteractiveResource',
      'PhysicalObject',
      'Other',
      'Model',
      'Report',
    ];
    for (const type of types) expect(await cite(record(type, 'X and Y'), { style: 'apa', locale: 'en-US' }), type).toMatch(/X and Y/);
  });

  it('keeps many styles apart', async () => {
    const styles = [
      'apa',
      'ieee',
      'nature',
      'vancouver',
      'chicago',
      'harvard',
      'mla',
      'ama',
      'acs',
      'acm',
      'turabian',
      'iso690-author-date-en',
      'science',
      'cell',
      'plos',
    ];
    const once = await Promise.all(styles.map((style) => cite(dataset, { style, locale: 'en-US' })));
    const again = await Promise.all(styles.map((style) => cite(dataset, { style, locale: 'en-US' })));
    expect(again).toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(10);
  });

  it('holds twelve engines at most, and reads each file once', async () => {
    const freed = vi.spyOn(Driver.prototype, 'free');
    const reads = { whole: 0, parts: 0 };
    const counted = createCiter(createStyleLibrary(countingFiles(reads)));
    const styles = ['apa', 'ieee', 'nature', 'vancouver', 'american-medical-association'];
    const locales = ['en-US', 'de-DE', 'fr-FR', 'es-ES'];
    for (const style of styles) for (const locale of locales) await counted(dataset, { style, locale });
    await vi.waitFor(() => expect(freed).toHaveBeenCalledTimes(styles.length * locales.length - 12));
    // American Medical Association begins with the letter of apa.
    expect(reads.whole).toBe(4);
    for (let n = 0; n < 50; n += 1) await expect(counted(dataset, { style: `a-style-of-nobody-${n}`, locale: 'de' })).rejects.toThrow();
    const { parts } = reads;
    for (let n = 0; n < 10; n += 1) await counted(dataset, { style: 'ama', locale: 'es-ES' });
    expect([reads, freed.mock.calls.length]).toEqual([{ whole: 4, parts }, 8]);
    freed.mockRestore();
  });
});

/** The packaged files, with every read counted. */
function countingFiles(reads: { whole: number; parts: number }): StyleFiles {
  const file = (letter: string) => readFile(fileURLToPath(import.meta.resolve(`@manuscripts/csl-styles/dist/${letter}.json`)));
  return {
    read: (letter) => {
      reads.whole += 1;
      return file(letter);
    },
    readPart: async (letter, start, length) => {
      reads.parts += 1;
      return (await file(letter)).subarray(start, start + length);
    },
  };
}
