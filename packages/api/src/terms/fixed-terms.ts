import { iso6393 } from 'iso-639-3';
import spdxIds from 'spdx-license-ids/index.json' with { type: 'json' };
import spdxLicences from 'spdx-license-list';
import { alternativesOf, type Vocabulary } from '@thresher/store/read';

/** A term of a vocabulary that is the same for every installation. */
export interface FixedTerm {
  readonly id: string;
  readonly title: string;
  readonly props?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

const terms = (text: string): FixedTerm[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', title = ''] = line.trim().split(/ {2,}/);
      return { id, title };
    });

/** DataCite's roles of contributors, which InvenioRDM takes over in lower case. */
const ROLES = terms(`
  contactperson          Contact person
  datacollector          Data collector
  datacurator            Data curator
  datamanager            Data manager
  distributor            Distributor
  editor                 Editor
  hostinginstitution     Hosting institution
  other                  Other
  producer               Producer
  projectleader          Project leader
  projectmanager         Project manager
  projectmember          Project member
  registrationagency     Registration agency
  registrationauthority  Registration authority
  relatedperson          Related person
  researcher             Researcher
  researchgroup          Research group
  rightsholder           Rights holder
  sponsor                Sponsor
  supervisor             Supervisor
  translator             Translator
  workpackageleader      Work package leader`);

/** The vocabularies that InvenioRDM ships with (invenio-rdm-records, fixtures/data/vocabularies), and Zenodo's additions. */
export const FIXED_VOCABULARIES = {
  creatorsroles: ROLES,
  contributorsroles: ROLES,
  relationtypes: terms(`
    iscitedby            Is cited by
    cites                Cites
    issupplementto       Is supplement to
    issupplementedby     Is supplemented by
    iscontinuedby        Is continued by
    continues            Continues
    isdescribedby        Is described by
    describes            Describes
    hasmetadata          Has metadata
    ismetadatafor        Is metadata for
    hasversion           Has version
    isversionof          Is version of
    isnewversionof       Is new version of
    ispreviousversionof  Is previous version of
    ispartof             Is part of
    haspart              Has part
    ispublishedin        Is published in
    isreferencedby       Is referenced by
    references           References
    isdocumentedby       Is documented by
    documents            Documents
    iscompiledby         Is compiled by
    compiles             Compiles
    isvariantformof      Is variant form of
    isoriginalformof     Is original form of
    isidenticalto        Is identical to
    isreviewedby         Is reviewed by
    reviews              Reviews
    isderivedfrom        Is derived from
    issourceof           Is source of
    isrequiredby         Is required by
    requires             Requires
    obsoletes            Obsoletes
    isobsoletedby        Is obsoleted by
    istranslationof      Is translation of
    hastranslation       Has translation
    iscollectedby        Is collected by
    collects             Collects
    other                Other`),
  titletypes: terms(`
    alternative-title  Alternative title
    subtitle           Subtitle
    translated-title   Translated title
    other              Other`),
  descriptiontypes: terms(`
    abstract           Abstract
    methods            Methods
    series-information  Series information
    table-of-contents  Table of contents
    technical-info     Technical info
    other              Other
    notes              Notes`),
  datetypes: terms(`
    accepted     Accepted
    available    Available
    collected    Collected
    copyrighted  Copyrighted
    coverage     Coverage
    created      Created
    issued       Issued
    other        Other
    submitted    Submitted
    updated      Updated
    valid        Valid
    withdrawn    Withdrawn`),
  communitytypes: terms(`
    organization  Organization
    event         Event
    topic         Topic
    project       Project`),
  removalreasons: terms(`
    duplicate            Duplicate of another record
    retracted            Retraction or withdrawal of a record
    replaced             Substitution
    spam                 Spam
    test-record          Test upload of a record
    copyright            Copyright infringement
    personal-data        Personal data issue
    take-down-request    Take-down request
    disputed-authorship  Disputed authorship
    misconduct           Misconduct
    fraud                Fraud
    out-of-scope         Content out of scope for repository`),
} as const satisfies Readonly<Record<string, readonly FixedTerm[]>>;
export type FixedVocabulary = keyof typeof FIXED_VOCABULARIES;

export function isFixed(name: string): name is FixedVocabulary {
  return Object.hasOwn(FIXED_VOCABULARIES, name);
}

const RESOURCE_TYPES = terms(`
  publication                        Publication
  publication-annotationcollection   Annotation collection
  publication-article                Journal article
  publication-book                   Book
  publication-conferencepaper        Conference paper
  publication-conferenceproceeding   Conference proceeding
  publication-datamanagementplan     Output management plan
  publication-datapaper              Data paper
  publication-deliverable            Project deliverable
  publication-dissertation           Thesis
  publication-journal                Journal
  publication-milestone              Project milestone
  publication-other                  Other
  publication-patent                 Patent
  publication-peerreview             Peer review
  publication-preprint               Preprint
  publication-proposal               Proposal
  publication-report                 Report
  publication-section                Book chapter
  publication-softwaredocumentation  Software documentation
  publication-standard               Standard
  publication-studyregistration      Study registration
  publication-taxonomictreatment     Taxonomic treatment
  publication-technicalnote          Technical note
  publication-thesis                 Thesis
  publication-workingpaper           Working paper
  poster                             Poster
  presentation                       Presentation
  event                              Event
  dataset                            Dataset
  image                              Image
  image-diagram                      Diagram
  image-drawing                      Drawing
  image-figure                       Figure
  image-other                        Other
  image-photo                        Photo
  image-plot                         Plot
  model                              Model
  audio                              Audio
  video                              Video/Audio
  software                           Software
  software-computationalnotebook     Computational notebook
  lesson                             Lesson
  other                              Other
  physicalobject                     Physical object
  workflow                           Workflow`);

/** Licences that Zenodo's deposit form offers first (zenodo-rdm, app_data/vocabularies/licenses.csv). */
const RECOMMENDED: ReadonlySet<string> = new Set('apache-2.0 cc-by-4.0 cc-by-sa-4.0 cc0-1.0 gpl-3.0-or-later mit'.split(' '));

/** Zenodo's own, which SPDX has not (the same list). */
const OTHER_LICENCES: readonly FixedTerm[] = terms(`
  other-at               Other (Attribution)
  other-nc               Other (Non-Commercial)
  other-closed           Other (Not Open)
  other-open             Other (Open)
  other-pd               Other (Public Domain)
  notspecified           License Not Specified
  zenodo-freetoread-1.0  Free for private use; right holder retains other rights, including distribution
  against-drm            Against DRM
  dsl                    Design Science License
  geogratis              Geogratis Licence Agreement
  ukcrown                UK Crown Copyright
  ukpsi                  UK PSI Public Sector Information`).map((term) => ({ ...term, tags: ['all'] }));
const OTHER_IDS: ReadonlySet<string> = new Set(OTHER_LICENCES.map(({ id }) => id));

/** As SPDX and Zenodo write it; its id if the list of titles is older than that of ids. */
const titleOfLicence = (id: string): string => spdxLicences[id]?.name ?? id;

/** Terms of vocabularies that records use, whether or not a record here does. */
export const KNOWN: Readonly<Partial<Record<Vocabulary, readonly FixedTerm[]>>> = {
  licenses: [
    ...spdxIds.map((id) => ({
      id: id.toLowerCase(),
      title: titleOfLicence(id),
      props: { url: `https://spdx.org/licenses/${id}`, scheme: 'spdx' },
      tags: tagsOf(id),
    })),
    ...OTHER_LICENCES,
  ],
  resourcetypes: RESOURCE_TYPES.map((term) => ({ ...term, props: typeProps(term.id), tags: ['depositable', 'linkable'] })),
  languages: iso6393.map(({ iso6393: id, name, scope, type }) => ({ id, title: name, tags: [scope, type] })),
};

/** What InvenioRDM has in `props` of a resource type. */
function typeProps(id: string): Record<string, string> {
  const [type = id, subtype] = id.split(/-(.*)/s);
  return { type, ...(subtype !== undefined && { subtype: id }) };
}

/** The term of that id in a vocabulary that is known as a whole; null for any other. */
export function knownTerm(vocabulary: Vocabulary, id: string): FixedTerm | null {
  let byId = KNOWN_BY_ID.get(vocabulary);
  if (byId === undefined) {
    byId = new Map((KNOWN[vocabulary] ?? []).map((term) => [term.id, term]));
    KNOWN_BY_ID.set(vocabulary, byId);
  }
  return byId.get(id) ?? null;
}
const KNOWN_BY_ID = new Map<Vocabulary, ReadonlyMap<string, FixedTerm>>();

/** The English title of a term of a vocabulary that is known as a whole; null for any other. */
export function titleOfTerm(vocabulary: string, id: string): string | null {
  let titles = TITLES.get(vocabulary);
  if (titles === undefined) {
    const all = isFixed(vocabulary) ? FIXED_VOCABULARIES[vocabulary] : (KNOWN[vocabulary as Vocabulary] ?? []);
    titles = new Map(all.map((term) => [term.id, term.title]));
    TITLES.set(vocabulary, titles);
  }
  return titles.get(id) ?? null;
}
const TITLES = new Map<string, ReadonlyMap<string, string>>();

/**
 * Zenodo tags every licence with `all`, and with what it is for (zenodo-rdm, app_data/vocabularies/licenses.csv). Its list leaves that
 * open for about half of those that are not for data; here all of them are for software.
 */
export function tagsOf(id: string): string[] {
  const name = id.toLowerCase();
  if (OTHER_IDS.has(name)) return ['all'];
  const isForBoth = /^(?:cc0-1\.0|ogl-uk-\d\.0)$/.test(name);
  const isForData = /^(?:cc-by|cc0|cdla|c-uda|o-uda|odc-|odbl|ogl-|pddl|etalab)/.test(name);
  return [
    ...(RECOMMENDED.has(name) ? ['recommended'] : []),
    'all',
    ...(isForData ? ['data'] : []),
    ...(isForBoth || !isForData ? ['software'] : []),
  ];
}

/**
 * Terms whose words begin as the words that are looked for (as those on one side of an `OR`), and those of that id first. Case and accents
 * do not matter. Pure.
 */
export function lookThrough(all: readonly FixedTerm[], words: string): readonly FixedTerm[] {
  if (words.trim() === '') return all;
  const alternatives = alternativesOf(words).map((one) => fold(one).match(/[\p{L}\p{N}]+/gu) ?? []);
  const found = all.filter(({ id, title }) => {
    const parts = fold(`${id} ${title}`).match(/[\p{L}\p{N}]+/gu) ?? [];
    return alternatives.some((wanted) => wanted.length > 0 && wanted.every((word) => parts.some((part) => part.startsWith(word))));
  });
  const named = found.filter(({ id }) => fold(id) === fold(words.trim()));
  return [...named, ...found.filter((term) => !named.includes(term))];
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}
