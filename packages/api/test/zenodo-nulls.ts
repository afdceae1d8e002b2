/** Why a reply lacks a member of a genuine one, or says otherwise. Shown in docs/zenodo-api.md. */
export interface Explanation {
  readonly forms: readonly Form[];
  /** Paths as `differences` writes them. */
  readonly paths: RegExp;
  /** As the page names them. */
  readonly members: string;
  readonly reason: string;
}

type Form = 'json' | 'inveniordm';

const both: readonly Form[] = ['json', 'inveniordm'];
const rdm: readonly Form[] = ['inveniordm'];
const json: readonly Form[] = ['json'];

export const EXPLANATIONS: readonly Explanation[] = [
  {
    forms: both,
    paths: /^(?:parent\.access\.owned_by\.user|owners)/,
    members: '`owners`, `parent.access.owned_by.user`',
    reason: 'null: numbers of accounts, of no use to anybody but the source; they are not stored',
  },
  {
    forms: rdm,
    paths: /^parent\.access\.settings/,
    members: '`parent.access.settings`',
    reason: 'left out: how to ask its owners for access is for the source',
  },
  {
    forms: rdm,
    paths: /^revision_id$/,
    members: '`revision_id`, `revision`',
    reason: 'counts the changes that this mirror saw, not those of the source',
  },
  {
    forms: both,
    paths: /^(?:created|updated|modified)$/,
    members: '`created`, `updated`',
    reason: '`updated` to the second (the datestamp), `created` to the millisecond, null until a JSON dump brought it',
  },
  {
    forms: rdm,
    paths: /^(?:id|parent\.id|versions\.index)$/,
    members: '`id`, `parent.id` outside Zenodo',
    reason: 'the OAI identifier where records have no numbers; `parent.id` is that of the record where the source names no concept',
  },
  {
    forms: both,
    paths: /^(?:.*\.)?links\.(?!thumbnails|download)/,
    members: '`links`',
    reason: 'addresses of this API; what only the source has (`self_iiif_…`, `media_files`) leads there, at Zenodo only',
  },
  { forms: both, paths: /^links\.thumbnails/, members: '`links.thumbnails`', reason: 'left out: pictures are made by the source' },
  {
    forms: rdm,
    paths: /^parent\.communities\.entries\[\]\.|^parent\.communities\.entries\.length/,
    members: '`parent.communities.entries[]`',
    reason:
      'slug, UUID, title, type, website, names of organisations and funding; `description`, `curation_policy` and `page` once `thresher enrich` fetched one of its records, as dumps leave them out; null: `created`, `updated`, `revision_id`, `theme`, `children.allow`, policies of access; empty: `custom_fields`',
  },
  {
    forms: rdm,
    paths: /^parent\.communities\.(?:default|ids)/,
    members: '`parent.communities.default`',
    reason: 'null: which community is the default one is not stored; `ids` has those whose slug the JSON names',
  },
  {
    forms: rdm,
    paths: /(?:title|description)\.\*$|\.(?:role|lang)\.title/,
    members: 'titles and descriptions of terms in other languages than English',
    reason: 'left out: vocabularies are here in English; descriptions of licences are empty',
  },
  {
    forms: rdm,
    paths: /^metadata\.rights\[\]\.description$|_l10n$/,
    members: '`rights[].description`',
    reason: 'empty: DataCite XML has none, and tables hold the XML’s view',
  },
  {
    forms: rdm,
    paths: /^metadata\.additional_descriptions(?:$|\[\]\.(?:type|description|lang))/,
    members: '`additional_descriptions[]`',
    reason:
      'plain text without language; `notes` and `other` are one type in DataCite; the first of them is the `description` of a record that has none',
  },
  {
    forms: rdm,
    paths: /^metadata\.(?:creators|contributors)\[\]\.(?:affiliations\[\]\.(?:identifiers|id)|person_or_org\.identifiers)/,
    members: 'identifiers of affiliations other than ROR',
    reason: 'left out: not in DataCite XML; a ROR whose check digits are wrong is left out too',
  },
  {
    forms: rdm,
    paths: /^metadata\.funding\[\]\.(?:funder\.id|award|award\.title)$/,
    members: '`funding[].funder.id`, `award`, `award.title` that say nothing',
    reason: 'left out: a ROR whose check digits are wrong, an empty award, a blank title',
  },
  { forms: rdm, paths: /^access\.embargo\.reason$/, members: '`access.embargo.reason`', reason: 'null: not stored' },
  { forms: rdm, paths: /^access\.files$/, members: '`access.files`', reason: 'follows from `access.status`' },
  {
    forms: rdm,
    paths: /^files\.(?:entries\.\*\.(?:ext|storage_class|metadata|access|processor)|enabled|default_preview|order)/,
    members: '`files.entries.*.storage_class`, `metadata`, `ext`; `files.default_preview`',
    reason: 'null, left out, or (`ext`) by the name: not stored; `enabled` is null while files are not known',
  },
  { forms: rdm, paths: /^media_files/, members: '`media_files`', reason: 'null: not stored; `links.media_files` leads to the source' },
  {
    forms: json,
    paths: /^files\[\]\.(?:filename|filesize|links\.download)$/,
    members: '`files[].filename`, `filesize`, `links.download`',
    reason: 'left out: only replies of the first days of the new Zenodo had them',
  },
  {
    forms: rdm,
    paths: /^(?:parent\.)?pids\.doi/,
    members: '`pids.doi.provider`, `client`',
    reason: 'by the prefix: Zenodo’s own DOIs are `datacite`, all others `external`; DOIs are in lower case',
  },
  {
    forms: rdm,
    paths: /^metadata\.(?:identifiers|dates|related_identifiers|subjects|locations|title$|additional_titles|resource_type\.id)/,
    members: '`title`, `identifiers`, `dates`, `related_identifiers`, `subjects`, `locations`, types of other repositories',
    reason: 'as the record’s DataCite XML has them: without markup, without schemes, relations and types that DataCite lacks',
  },
];

/** The reason for a difference; null if there is none. */
export function explanationOf(form: Form, path: string): string | null {
  return EXPLANATIONS.find(({ forms, paths }) => forms.includes(form) && paths.test(path))?.reason ?? null;
}
