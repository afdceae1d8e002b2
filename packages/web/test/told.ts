/** What Zenodo's REST API says next to the metadata. */
export const FETCHED = {
  files: [
    {
      key: 'moon <1>.csv',
      fileId: null,
      size: 1_234_567,
      checksum: 'md5:281d790358770131cdf2f6a082acefcd',
      url: 'https://zenodo.org/api/records/102/files/moon.csv/content',
    },
  ],
  stats: {
    views: 120,
    unique_views: 100,
    downloads: 40,
    unique_downloads: 33,
    volume: 5_000_000,
    version_views: 120,
    version_unique_views: 100,
    version_downloads: 4,
    version_unique_downloads: 3,
    version_volume: 5_000_000,
  },
};

/** What InvenioRDM's JSON says of another record, by a depositor who means no good. */
export const TOLD = {
  metadata: {
    description: `<h1>Ice</h1><p onclick="alert(1)">Heights &amp; <em>times</em> <a href="javascript:alert(1)">bad</a> <a href="https://example.org/x">good</a></p>
      <script>alert(1)</script><img src="https://example.org/x.png" onerror="alert(1)"><iframe src="https://example.org/"></iframe>
      <table style="background:url(https://example.org/y.png)"><tr><th>Day</th></tr><tr><td>1</td></tr></table>`,
    languages: [{ id: 'eng' }, { id: 'cym' }],
    funding: [
      { funder: { name: 'Shore Fund' }, award: { number: '101', title: { en: 'Tidal flats' }, acronym: 'TIDAL', program: 'SHORE.1' } },
    ],
    references: [{ reference: 'Moon (1990). Tides.', identifier: '10.5072/moon', scheme: 'doi' }, { reference: '<b>Sun</b>' }],
  },
  custom_fields: {
    'journal:journal': { title: 'Annals of Tides', volume: '7', issue: '2' },
    'dwc:family': ['Fucaceae'],
    'dwc:scientificName': ['Fucus serratus'],
    'dwc:catalogNumber': ['A 1'],
    'code:codeRepository': 'https://example.org/code',
  },
  files: {
    entries: { 'tides.csv': { key: 'tides.csv', size: 10, checksum: 'md5:00', links: { content: 'https://zenodo.org/x/content' } } },
  },
  stats: { all_versions: { views: 5, downloads: 4 }, this_version: { views: 2, downloads: 1 } },
};
