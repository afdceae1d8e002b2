/** What a package may import of the others. `types` packages may be imported with `import type` only. */
export interface PackageRule {
  readonly packages: readonly string[];
  readonly types: readonly string[];
  /** Modules of those packages whose values may be imported too. */
  readonly modules?: readonly string[];
}

const any = ['api', 'cli', 'datacite', 'oai', 'oai-sim', 'pipeline', 'runtime', 'search', 'store'];

/** The import table of ARCHITECTURE.md. */
export const IMPORT_TABLE: Readonly<Record<string, PackageRule>> = {
  oai: { packages: [], types: [] },
  datacite: { packages: [], types: [] },
  runtime: { packages: [], types: [] },
  store: { packages: [], types: ['datacite'] },
  search: { packages: [], types: ['datacite'] },
  pipeline: { packages: ['oai', 'datacite', 'runtime', 'store', 'search'], types: [] },
  api: { packages: ['datacite', 'runtime', 'store', 'search'], types: [] },
  cli: { packages: any.filter((name) => name !== 'cli'), types: [] },
  web: { packages: [], types: ['api'], modules: ['@thresher/api/format', '@thresher/api/icons', '@thresher/api/chart-svg'] },
  'oai-sim': { packages: ['oai'], types: [] },
};

/** What every test may import in addition, since a harvest needs a repository. */
export const TEST_PACKAGES = ['oai', 'oai-sim'];

/** Which folders of a package's `src` each of them may lean on: the rooms of ARCHITECTURE.md. What lies in `src` itself is everybody's. */
export const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  datacite: { values: [], read: ['values'], 'rdm-json': ['read', 'values'], write: ['values'] },
  store: { database: [], write: ['database'], read: ['database', 'write'], changes: ['database'], harvest: ['database', 'write'] },
  pipeline: {
    indexing: [],
    sources: ['indexing'],
    queue: ['sources'],
    transform: ['indexing', 'queue'],
    requests: [],
    walk: ['requests', 'transform'],
    presence: ['requests', 'sources', 'walk'],
    harvest: ['indexing', 'presence', 'queue', 'requests', 'sources', 'walk'],
    dump: ['harvest', 'indexing', 'queue', 'requests', 'sources', 'transform', 'walk'],
    enrich: ['harvest', 'indexing', 'requests', 'sources', 'walk'],
    check: ['harvest', 'indexing'],
    plan: ['harvest', 'requests', 'sources', 'walk'],
    webhooks: [],
    doctor: [],
    retention: ['sources'],
    'config-files': ['sources', 'webhooks'],
    workers: ['dump', 'enrich', 'harvest', 'indexing', 'queue', 'requests', 'retention', 'sources', 'transform', 'walk', 'webhooks'],
  },
  api: {
    problems: [],
    http: ['problems'],
    terms: [],
    citations: ['problems'],
    shapes: ['citations', 'problems', 'terms'],
    lookup: ['citations', 'http', 'problems', 'shapes'],
    vocabularies: ['http', 'problems', 'shapes', 'terms'],
    communities: ['http', 'lookup', 'problems', 'shapes', 'terms', 'vocabularies'],
    search: ['citations', 'communities', 'http', 'lookup', 'problems', 'shapes'],
    feeds: ['communities', 'http', 'lookup', 'problems', 'search', 'shapes'],
    changes: ['http', 'problems', 'shapes'],
    oai: ['http', 'problems'],
    harvest: ['http', 'problems'],
    health: ['http', 'problems'],
    pages: ['citations', 'problems', 'shapes'],
    sql: ['http', 'problems'],
    web: ['citations', 'communities', 'docs', 'http', 'lookup', 'pages', 'problems', 'search', 'shapes', 'sql'],
    docs: [],
    mcp: ['docs', 'http', 'problems', 'sql'],
  },
  cli: { sql: [], export: ['sql'], harvesting: [], commands: ['export', 'harvesting', 'sql'] },
  'oai-sim': {
    corpus: [],
    repository: ['corpus'],
    'rdm-json': ['corpus', 'repository'],
    'oai-pmh': ['corpus', 'repository'],
    faults: ['oai-pmh'],
    server: ['corpus', 'faults', 'oai-pmh', 'rdm-json', 'repository'],
  },
};
