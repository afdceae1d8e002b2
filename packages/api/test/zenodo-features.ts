/**
 * What was tried of Zenodo's API beyond its documentation: the kinds of requests, how the answers compare, and what to know. The
 * page docs/zenodo-api.md shows this table; `zenodo-rows.es.test.ts` has a check for each name.
 */
export type Verdict = 'same' | 'better' | 'part' | 'null because' | 'differs';

export interface Feature {
  readonly what: string;
  readonly verdict: Verdict;
  readonly note: string;
}

const JSON_ONLY = 'once a JSON dump or `thresher enrich` brought it; `warnings` says so';

export const FEATURES = {
  flat: {
    what: 'the flat record of lookup services: integer `id`, `@type` of each object, `stats` always an object',
    verdict: 'better',
    note: '`/api/lookup?format=flat` gives up to a hundred; counts are null until they were fetched',
  },
  angle: { what: 'a record’s URL in angle brackets, and `/doi/…` addresses', verdict: 'better', note: 'any of its names will do' },
  post: {
    what: '`POST {record, timeout}` of lookup services, at `/api/lookup` and `/api/zenodo/records`',
    verdict: 'same',
    note: 'an array with the flat record; 412 if there is none; `timeout` has no effect',
  },
  kernel3: {
    what: '`oai_datacite3`, `datacite3`',
    verdict: 'same',
    note: 'kernel 3.1: funders are contributors, types and relations that kernel 4 added become their nearest or are left out',
  },
  token: { what: 'a `resumptionToken` with another verb', verdict: 'same', note: '`badResumptionToken`' },
  fileFields: { what: '`q` by names, types, sizes and counts of files', verdict: 'part', note: JSON_ONLY },
  factFields: {
    what: '`q` by journal, book, meeting, thesis, acronym and programme of grants, version index and counts of views',
    verdict: 'part',
    note: JSON_ONLY,
  },
  metadataFields: {
    what: '`q` by types, access, communities, people, licences, subjects, places, by Zenodo’s old and new names and InvenioRDM’s paths',
    verdict: 'same',
    note: '`parent.communities.default` searches all communities of a record, as which one is the default is not stored',
  },
  uncarried: {
    what: '`q` by owners',
    verdict: 'null because',
    note: 'accounts are not public: 400 with that reason and the nearest field',
  },
  custom: { what: '`custom=[dwc:family]:Felidae`', verdict: 'part', note: `${JSON_ONLY}; several are all needed` },
  accept: { what: '`Accept` on a search and on a record', verdict: 'better', note: 'more formats; 406 on a search if none fits' },
  status: { what: '`status=draft`', verdict: 'null because', note: 'drafts are only at the source: 400 with that sentence' },
  subtype: { what: '`subtype` and `resource_type` by old, new and display names', verdict: 'better', note: 'lists with commas too' },
  index: { what: '`GET /api/`', verdict: 'same', note: 'the addresses of the API' },
  grants: { what: '`/api/grants`', verdict: 'part', note: 'grants that records name; a grant that no record names is 404' },
  errors: { what: '`errors` with `field` and `messages`', verdict: 'better', note: 'in a problem document (RFC 9457)' },
  rateHeaders: {
    what: '`X-RateLimit-Limit`, `-Remaining`, `-Reset` on every reply',
    verdict: 'same',
    note: 'the reset in seconds since 1970; 1,000,000 where no limit is configured',
  },
  instants: {
    what: '`created`, `modified`, `updated` end in `+00:00`',
    verdict: 'part',
    note: '`created` is null until a JSON dump brought it; no finer than milliseconds',
  },
  licences: {
    what: 'licences with `created`, `revision_id`, `description`, `tags`, `metadata`',
    verdict: 'part',
    note: 'all of SPDX; null because SPDX does not have them: `created`, `updated`, `revision_id`, `icon`',
  },
  vocabularyQueries: {
    what: '`q=title:…`, `q=id:…`, `sort`, `tags` of vocabularies',
    verdict: 'part',
    note: 'each word is looked for in id and title; the most used first unless `sort=title` (`name`, `subject`); `newest` and `oldest` are not known, which `warnings` says; all licences that are not for data are tagged `software`',
  },
  publicationDates: { what: '`aggregations.publication_date`', verdict: 'same', note: 'by year' },
  hitStats: { what: '`stats` of a hit', verdict: 'part', note: 'null until a JSON dump or `thresher enrich` brought them' },
  communityByUuid: {
    what: 'communities by UUID, and their records',
    verdict: 'part',
    note: 'once a JSON dump brought it; the slug works always',
  },
  communityShape: {
    what: 'the shape of a community',
    verdict: 'part',
    note: 'title, type, website, organisations and funding from the JSON of records; `description`, `curation_policy` and `page` once `thresher enrich` fetched one of its records; null because that JSON does not have them: `revision_id`, `theme`, policies of access, `children.allow`',
  },
  communityCounts: {
    what: '`aggregations` of communities: `type`, `funder`, `organization`',
    verdict: 'part',
    note: 'as far as JSON has them',
  },
  communityFilter: {
    what: '`/api/communities?type=`, `organization=`, `funder=` and `sort=updated-…`',
    verdict: 'part',
    note: 'only communities that JSON described have a type, organisations and funders; `warnings` says how many are left out',
  },
  communityAtSource: {
    what: '`/logo`, `/featured`, `/members/public` of communities',
    verdict: 'null because',
    note: 'the logo is at the source and led to; which communities are featured and who is in them is not harvested: empty lists with a warning',
  },
  login: { what: 'reading what needs a login', verdict: 'same', note: '403 with that sentence' },
  feeds: { what: 'feeds as `.json`', verdict: 'better', note: 'JSON Feed 1.1, next to Atom and RSS' },
  sorts: {
    what: 'all values of `sort`',
    verdict: 'part',
    note: '`conference-…` and `journal-…` as far as JSON has sessions, volumes, issues and pages; the others come after them, and `warnings` says so',
  },
  lenientParameters: { what: '`all_versions` without a value; parameters that do not exist', verdict: 'same', note: '' },
  filesShape: {
    what: 'the shape of `/files` and its entries',
    verdict: 'part',
    note: 'null because the JSON of records does not have them: `created`, `updated`, `bucket_id`, `version_id`, `storage_class`, `metadata`, `transfer`, `default_preview`; `order` is empty',
  },
  files: { what: '`/files`, `/files/{key}/content`, `/files-archive`', verdict: 'part', note: 'the bytes are at the source and led to' },
  exports: { what: 'names of export formats', verdict: 'better', note: 'old and new ones, in any case' },
  vocabularies: {
    what: 'vocabularies, and 404 for one that does not exist',
    verdict: 'same',
    note: 'fixed ones whole; those made of records have what records name',
  },
  sets: { what: '`/api/oaipmh/sets/{id}`', verdict: 'same', note: 'by `setSpec`; by number 403' },
  pages: { what: 'addresses of pages and badges', verdict: 'same', note: '' },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;
