import { LOCAL_LANGUAGES } from '../analysis.ts';
import { accessForms, type Forms, funderForms, languageForms, licenceUrlForms, nameIdentifierForms } from './forms.ts';

/**
 * A field that a query may name before the colon, and the index fields it means. One table: the parser takes the names from it, the
 * compiler the index fields, error messages their suggestions, and filters the same names.
 */
export type QueryField = TextField | ValueField;

interface AnyField {
  /** A note in each reply to a query that names the field: how its values differ from Zenodo's. */
  readonly note?: string;
}

export interface TextField extends AnyField {
  readonly kind: 'text';
  /** Index fields for words, with weights. */
  readonly words: readonly string[];
  /** The fields among them with positions, for phrases and patterns. */
  readonly exact: readonly string[];
  /** Index fields for a value that is an identifier, such as the DOI of a funder. */
  readonly identifiers?: readonly string[];
}

export interface ValueField extends AnyField {
  /**
   * `label`: compared as a whole, in any case. `identifier`: the same, resolver and scheme prefix taken off first. `type`: a
   * resource type in any spelling. `award`: a number, with the funder before it or not. `choice`: one of `choices`.
   * `custom`: values and words of the custom fields in `keys`. `version`: a whole number is the place among the versions, anything else
   * the label.
   */
  readonly kind: 'version' | 'label' | 'identifier' | 'date' | 'number' | 'flag' | 'type' | 'award' | 'choice' | 'custom';
  readonly paths: readonly string[];
  /** The custom fields, or members of them, that the name stands for. */
  readonly keys?: readonly string[];
  readonly forms?: Forms;
  /** For each permitted value, the values of the index that it stands for; `all` matches any record. */
  readonly choices?: Readonly<Record<string, readonly string[] | 'all'>>;
  /** Index field for values of several words, such as the title of a licence. */
  readonly titles?: string;
  /** A form that no value of the field can have, and the explanation. */
  readonly never?: { readonly form: RegExp; readonly reason: string };
}

/** In the language of the record; half of a stem in English, since the description is in there, too. */
const localWords = LOCAL_LANGUAGES.map((language) => `local.${language}^2.5`);
const titleWords = ['title^8', 'title.stemmed^5', 'additional_titles^3', ...localWords];
const keywordWords = ['keywords^3.5', 'subjects.term^2.5'];
const descriptionWords = ['description', 'additional_descriptions.text^0.5'];

/** A word without a field: title before creators before keywords before description. */
export const EVERYWHERE: TextField = {
  kind: 'text',
  words: [
    ...titleWords,
    'creators.name^5',
    ...keywordWords,
    ...descriptionWords,
    'contributors.name^1.5',
    'creators.affiliations.name',
    'publisher^0.5',
    'funding.funder_name^0.5',
    'funding.award_title^0.5',
  ],
  exact: [
    'title^8',
    'additional_titles^4',
    'creators.name^5',
    ...keywordWords,
    ...descriptionWords,
    'contributors.name^1.5',
    'creators.affiliations.name',
    'publisher^0.5',
  ],
};

function text(words: readonly string[], exact: readonly string[] = words): TextField {
  return { kind: 'text', words, exact };
}

function value(kind: ValueField['kind'], ...paths: string[]): ValueField {
  return { kind, paths };
}

const KNOWN_OF = 'known only of records that a JSON dump or thresher enrich brought';
const FILES_NOTE = `files are ${KNOWN_OF}`;
const STATS_NOTE = `views and downloads are ${KNOWN_OF}`;
const FACTS_NOTE = `this is ${KNOWN_OF}`;
const VERSION_NOTE = `a whole number is the place among the versions, as at Zenodo, or the label of a record whose place is not known (it is ${KNOWN_OF}); anything else is the label. metadata.version is the label always, versions.index the place`;
const communities: ValueField = {
  ...value('identifier', 'communities'),
  never: { form: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, reason: 'communities are known by their slugs, not by UUIDs' },
};
const files = (field: ValueField): ValueField => ({ ...field, note: FILES_NOTE });
const stats = (field: ValueField): ValueField => ({ ...field, note: STATS_NOTE });
const fact = <T extends QueryField>(field: T): T => ({ ...field, note: FACTS_NOTE });

/** The field for values of custom fields, each by its name with the prefix, and `.member` for those of objects. */
export const customField = (...keys: string[]): ValueField => fact({ ...value('custom', 'custom'), keys });

/** `journal.title` for a member of `journal:journal`, and so on; by the names of Zenodo before InvenioRDM, too. */
const MEMBERS: readonly (readonly [names: string, field: string, members: string])[] = [
  ['journal', 'journal:journal', 'title volume issue pages issn'],
  ['imprint part_of', 'imprint:imprint', 'title isbn pages place edition'],
  ['meeting conference', 'meeting:meeting', 'acronym dates place session session_part title url'],
  ['thesis', 'thesis:thesis', 'department type date_submitted date_defended'],
];
const MEMBER_FIELDS = MEMBERS.flatMap(([names, field, members]) =>
  members.split(' ').flatMap((member) => {
    const named = names.split(' ').map((name) => `${name}.${member}`);
    // An ISBN is among the identifiers of a record, too.
    return member === 'isbn' ? [] : [[named.join(' '), customField(`${field}.${member}`)] as const];
  }),
);

/** One or more names, with the field that they mean; InvenioRDM's without `metadata.`, Zenodo's old and new ones, the index's own. */
export const FIELDS: readonly (readonly [names: string, field: QueryField])[] = [
  ['title', text(titleWords, ['title^8', 'additional_titles^4'])],
  ['additional_titles additional_titles.title', text(['additional_titles'])],
  ['description', text([...descriptionWords, ...localWords], descriptionWords)],
  ['notes method additional_descriptions additional_descriptions.description', text(['additional_descriptions.text'])],
  ['keywords keyword subject subjects.subject', text(keywordWords)],
  ['subjects subjects.term', text(['subjects.term'])],
  ['subjects.scheme', value('label', 'subjects.scheme')],
  ['subjects.identifier subjects.id', value('identifier', 'subjects.identifier')],
  [
    'creators creators.name creator author authors creators.person_or_org creators.person_or_org.name',
    { ...text(['creators.name']), identifiers: ['creators.orcid', 'creators.identifiers'] },
  ],
  ['creators.familyname creators.family_name creators.person_or_org.family_name', text(['creators.family_name'])],
  ['creators.givennames creators.given_name creators.person_or_org.given_name', text(['creators.given_name'])],
  ['creators.orcid orcid', value('identifier', 'creators.orcid')],
  ['creators.gnd creators.isni', { ...value('identifier', 'creators.identifiers'), forms: nameIdentifierForms }],
  [
    'creators.identifiers creators.person_or_org.identifiers creators.person_or_org.identifiers.identifier',
    { ...value('identifier', 'creators.orcid', 'creators.identifiers'), forms: nameIdentifierForms },
  ],
  [
    'creators.affiliation creators.affiliations creators.affiliations.name affiliation',
    { ...text(['creators.affiliations.name']), identifiers: ['creators.affiliations.ror'] },
  ],
  [
    'creators.affiliations.ror creators.affiliations.id creators.affiliations.identifiers.identifier creators.ror ror',
    value('identifier', 'creators.affiliations.ror'),
  ],
  [
    'contributors contributors.name contributors.person_or_org contributors.person_or_org.name thesis.supervisors thesis.supervisors.name',
    { ...text(['contributors.name']), identifiers: ['contributors.orcid', 'contributors.identifiers'] },
  ],
  ['contributors.familyname contributors.family_name contributors.person_or_org.family_name', text(['contributors.family_name'])],
  ['contributors.givennames contributors.given_name contributors.person_or_org.given_name', text(['contributors.given_name'])],
  ['contributors.orcid thesis.supervisors.orcid', value('identifier', 'contributors.orcid')],
  [
    'contributors.gnd contributors.isni thesis.supervisors.gnd',
    { ...value('identifier', 'contributors.identifiers'), forms: nameIdentifierForms },
  ],
  [
    'contributors.identifiers contributors.person_or_org.identifiers contributors.person_or_org.identifiers.identifier',
    { ...value('identifier', 'contributors.orcid', 'contributors.identifiers'), forms: nameIdentifierForms },
  ],
  [
    'contributors.affiliation contributors.affiliations contributors.affiliations.name thesis.supervisors.affiliation',
    { ...text(['contributors.affiliations.name']), identifiers: ['contributors.affiliations.ror'] },
  ],
  ['contributors.affiliations.id contributors.affiliations.ror', value('identifier', 'contributors.affiliations.ror')],
  ['contributors.type contributors.role contributors.role.id', value('label', 'contributors.role')],
  ['publisher imprint.publisher', text(['publisher'])],
  ['doi pids.doi pids.doi.identifier', value('identifier', 'doi')],
  ['conceptdoi concept_doi parent.pids.doi parent.pids.doi.identifier', value('identifier', 'concept_doi')],
  ['recid id', value('number', 'recid')],
  ['conceptrecid concept_recid parent.id', value('number', 'concept_recid')],
  ['oai_identifier _oai.id pids.oai pids.oai.identifier', value('identifier', 'oai_identifier')],
  [
    'identifiers identifier identifiers.identifier alternate alternate_identifiers alternate.identifier alternate_identifiers.identifier',
    value('identifier', 'identifiers'),
  ],
  ['imprint.isbn part_of.isbn isbn', { ...value('custom', 'custom', 'identifiers'), keys: ['imprint:imprint.isbn'] }],
  ['publication_date publicationdate', value('date', 'publication_date')],
  ['publication_year year', value('number', 'publication_year')],
  ['dates.date dates', value('date', 'dates.date')],
  ['dates.type dates.type.id', value('label', 'dates.type')],
  [
    'embargodate embargo_date access.embargo.until',
    {
      ...value('date', 'available_date'),
      note: 'an embargo is in OAI-PMH as the date from which a record is available, also when that has passed',
    },
  ],
  ['datestamp updated modified', value('date', 'datestamp')],
  ['first_seen_at', value('date', 'first_seen_at')],
  ['changed_at', value('date', 'changed_at')],
  [
    'resource_type resource_type.id resource_type.title resource_type.props',
    value('type', 'resource_type.type', 'resource_type.subtype', 'resource_type.general'),
  ],
  ['resource_type.type resource_type.props.type type', value('type', 'resource_type.type')],
  ['resource_type.subtype resource_type.props.subtype subtype', value('type', 'resource_type.subtype')],
  ['resource_type.general resource_type_general', value('label', 'resource_type.general')],
  ['language languages languages.id languages.title', { ...value('label', 'language'), forms: languageForms }],
  ['metadata.version', value('label', 'version')],
  ['version', { ...value('version', 'version'), note: VERSION_NOTE }],
  ['versions.is_latest versions.is_latest_draft relations.version.is_last', value('flag', 'is_latest_version')],
  ['access_right access.status accessrights', { ...value('label', 'access_right'), forms: accessForms }],
  [
    'access.files',
    { ...value('choice', 'access_right'), choices: { public: ['open'], restricted: ['embargoed', 'restricted', 'closed'] } },
  ],
  ['access.record', { ...value('choice', 'oai_identifier'), choices: { public: 'all', restricted: [] } }],
  [
    'access.embargo.active',
    { ...value('choice', 'access_right'), choices: { true: ['embargoed'], false: ['open', 'restricted', 'closed'] } },
  ],
  ['is_published', { ...value('choice', 'oai_identifier'), choices: { true: 'all', false: [] } }],
  ['is_draft is_deleted deletion_status.is_deleted', { ...value('choice', 'oai_identifier'), choices: { false: 'all', true: [] } }],
  ['deletion_status.status', { ...value('choice', 'oai_identifier'), choices: { p: 'all', d: [], x: [] } }],
  ['status', { ...value('choice', 'oai_identifier'), choices: { published: 'all', draft: [] } }],
  [
    'license license.id license.identifier license.license licenses licenses.id rights rights.id',
    { ...value('identifier', 'licenses.id', 'licenses.url'), forms: licenceUrlForms, titles: 'licenses.title' },
  ],
  ['license.title licenses.title rights.title', text(['licenses.title'])],
  [
    'license.url licenses.url rights.link rights.props.url license.source_url',
    { ...value('identifier', 'licenses.url'), forms: licenceUrlForms },
  ],
  [
    'communities community communities.id communities.identifier communities.slug parent.communities parent.communities.ids parent.communities.entries parent.communities.slug parent.communities.entries.slug parent.communities.entries.id',
    communities,
  ],
  [
    'parent.communities.default',
    { ...communities, note: 'which community is the default one is not harvested, so all communities of a record are searched' },
  ],
  ['sets set _oai.sets', value('identifier', 'sets')],
  [
    'grants grants.id grants.code grants.number grants.identifier funding.award funding.award.id funding.award.number award_number',
    value('award', 'funding.award_number'),
  ],
  ['grants.title funding.award.title award_title', text(['funding.award_title'])],
  ['grants.url funding.award.identifiers.identifier award_url', value('identifier', 'funding.award_url')],
  [
    'grants.funder grants.funder.name funding.funder funding.funder.name funder.name funder funder_name',
    { ...text(['funding.funder_name']), identifiers: ['funding.funder_ror', 'funding.funder_doi'] },
  ],
  ['grants.funder.ror funder.ror funder_ror', value('identifier', 'funding.funder_ror')],
  ['grants.funder.doi funder.doi funder_doi', { ...value('identifier', 'funding.funder_doi'), forms: funderForms }],
  [
    'grants.funder.id funding.funder.id funder.id funding.funder.identifiers funding.funder.identifiers.identifier',
    { ...value('identifier', 'funding.funder_ror', 'funding.funder_doi'), forms: funderForms },
  ],
  ['related related.identifier related_identifiers related_identifiers.identifier', value('identifier', 'related_identifiers.identifier')],
  [
    'related.relation related_identifiers.relation related_identifiers.relation_type related_identifiers.relation_type.id',
    value('label', 'related_identifiers.relation_type'),
  ],
  ['related.scheme related_identifiers.scheme', value('label', 'related_identifiers.scheme')],
  ['locations.place locations.features.place', text(['places'])],
  ['filename file_names files.key files.entries.key _files.key', files(value('identifier', 'file_names'))],
  ['filetype file_type file_types files.types files.entries.ext _files.type', files(value('label', 'file_types'))],
  ['files.size files.entries.size _files.size', files(value('number', 'file_sizes'))],
  ['files.count filecount', files(value('number', 'file_count'))],
  // All files of a record together (zenodo-rdm, queryparser.py).
  ['files.totalbytes files.total_bytes size filesize', files(value('number', 'total_bytes'))],
  ['stats.views stats.all_versions.views', stats(value('number', 'stats.views'))],
  ['stats.downloads stats.all_versions.downloads', stats(value('number', 'stats.downloads'))],
  ['stats.unique_views stats.all_versions.unique_views', stats(value('number', 'stats.unique_views'))],
  ['stats.unique_downloads stats.all_versions.unique_downloads', stats(value('number', 'stats.unique_downloads'))],
  ['journal', customField('journal:journal.title')],
  ['imprint part_of', customField('imprint:imprint.title')],
  ['meeting conference', customField('meeting:meeting.title', 'meeting:meeting.acronym')],
  ['thesis thesis.university', customField('thesis:thesis.university', 'thesis:university')],
  ...MEMBER_FIELDS,
  [
    'references references.reference references.raw_reference',
    fact({ ...text(['references.text']), identifiers: ['references.identifier'] }),
  ],
  ['references.identifier', fact(value('identifier', 'references.identifier'))],
  ['grants.acronym funding.award.acronym', fact(value('identifier', 'awards.acronym'))],
  ['grants.program funding.award.program', fact(value('identifier', 'awards.program'))],
  ['created', fact(value('date', 'created'))],
  ['versions.index', fact(value('number', 'version_index'))],
  ['swh.swhid swh swhid', fact(value('identifier', 'swhid'))],
  ['source source_id', value('label', 'source_id')],
];

/** Fields of Zenodo and InvenioRDM that the index has not: names or beginnings of names (with a dot at the end), why, and the nearest that works. */
export const UNCARRIED: readonly (readonly [names: string, reason: string])[] = [
  [
    'owners owner user created_by parent.access.owned_by parent.access.owned_by. access.owned_by access.owned_by. _deposit.',
    'the accounts that own records are not in OAI-PMH: use creators.name or creators.orcid',
  ],
  ['journal.', 'of journals there are journal.title, volume, issue, pages and issn'],
  ['meeting. conference.', 'of conferences there are meeting.title, acronym, dates, place, session, session_part and url'],
  ['part_of. imprint.', 'of books there are imprint.title, isbn, pages, place and edition'],
  ['thesis.', 'of theses there are thesis.university, department, type, date_submitted and date_defended'],
  [
    'custom_fields custom_fields. custom custom.',
    'custom fields are asked for by their whole name: custom_fields.dwc\\:family:Felidae, or custom.code:codeRepository:*github*',
  ],
  ['locations locations. locations.features locations.features.', 'places are searched by the parameter bounds, and by locations.place'],
  [
    'stats stats.',
    'of statistics only views, downloads, unique_views and unique_downloads of all versions together are searched: stats.views',
  ],
  [
    'files files. _files. media_files media_files. _buckets.',
    'of files only filename, filetype, files.size (of a file), files.count and size (of all files of a record) are searched',
  ],
  ['relations.', 'of versions there are versions.index, versions.is_latest and conceptrecid'],
  ['access_conditions', 'conditions of access are not in OAI-PMH: use access_right'],
  ['grants.funder. funding.funder.', 'of funders there are funder.name, funder.ror and funder.doi'],
  [
    'creators.person_or_org. creators.affiliations. contributors.person_or_org. contributors.affiliations.',
    'of people and affiliations there are names and identifiers: _exists_:creators.orcid finds records with an identifier of a kind',
  ],
  ['references.', 'of references there are references.reference and references.identifier'],
  ['swh.', 'of archives of software there is swh.swhid'],
  ['creators.role creators.role.', 'roles of creators are in SQL only (record_creator_role); of contributors there is contributors.role'],
  ['copyright', 'statements of copyright are not harvested: use license or license.title'],
  ['formats sizes formats. sizes.', 'formats and sizes are in SQL only: record_format and record_size'],
  ['additional_descriptions. additional_titles.', 'of these the texts are searched: additional_descriptions, additional_titles'],
  ['pids.doi. parent.pids.doi.', 'of DOIs there are pids.doi.identifier and parent.pids.doi.identifier'],
  [
    'alternate.scheme alternate_identifiers.scheme identifiers.scheme related_identifiers.resource_type. related_identifiers.resource_type',
    'the index has not this part of identifiers: use identifiers, related.scheme or related.relation',
  ],
  [
    'access. parent. pids. tombstone. review. deletion_status deletion_status. revision_id bucket expires_at internal_notes',
    'this is not in OAI-PMH: use access_right, communities, doi or conceptrecid',
  ],
];

/** The fields in which a misspelled word is searched: those with few enough terms nearby. */
export const NEARLY: TextField = {
  kind: 'text',
  words: [],
  exact: ['title^8', 'creators.name^5', 'additional_titles^3', 'keywords^3.5', 'description', 'creators.affiliations.name'],
};

/** The fields that rank a record higher if it has adjacent words of the query side by side. */
export const TOGETHER = ['title^8', 'creators.name^5', 'keywords^3', 'description'];
