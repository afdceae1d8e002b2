/** `resourceTypeGeneral` and the element's text by InvenioRDM's resource type id, as zenodo.org shows them (2026). */
const RESOURCE_TYPES: Readonly<Record<string, readonly [general: string, text: string]>> = {
  publication: ['Text', ''],
  'publication-annotationcollection': ['Collection', ''],
  'publication-book': ['Book', ''],
  'publication-section': ['BookChapter', ''],
  'publication-conferencepaper': ['ConferencePaper', ''],
  'publication-conferenceproceeding': ['ConferenceProceeding', ''],
  'publication-datamanagementplan': ['OutputManagementPlan', ''],
  'publication-journal': ['Journal', ''],
  'publication-article': ['JournalArticle', ''],
  'publication-patent': ['Text', 'Patent'],
  'publication-peerreview': ['PeerReview', ''],
  'publication-preprint': ['Preprint', ''],
  'publication-deliverable': ['Text', 'Project deliverable'],
  'publication-milestone': ['Text', 'Project milestone'],
  'publication-proposal': ['Text', 'Proposal'],
  'publication-report': ['Report', ''],
  'publication-softwaredocumentation': ['Text', 'Software documentation'],
  'publication-taxonomictreatment': ['Text', 'Taxonomic treatment'],
  'publication-technicalnote': ['Text', 'Technical note'],
  'publication-workingpaper': ['Text', 'Working paper'],
  'publication-datapaper': ['Text', 'Data paper'],
  'publication-dissertation': ['Dissertation', ''],
  'publication-thesis': ['Dissertation', 'Thesis'],
  'publication-standard': ['Standard', ''],
  'publication-studyregistration': ['StudyRegistration', ''],
  'publication-other': ['Text', 'Other'],
  poster: ['Text', 'Poster'],
  presentation: ['Text', 'Presentation'],
  event: ['Event', ''],
  dataset: ['Dataset', ''],
  image: ['Image', ''],
  'image-figure': ['Image', 'Figure'],
  'image-plot': ['Image', 'Plot'],
  'image-drawing': ['Image', 'Drawing'],
  'image-diagram': ['Image', 'Diagram'],
  'image-photo': ['Image', 'Photo'],
  'image-other': ['Image', 'Other'],
  model: ['Model', ''],
  video: ['Audiovisual', ''],
  audio: ['Sound', ''],
  software: ['Software', ''],
  'software-computationalnotebook': ['ComputationalNotebook', ''],
  lesson: ['InteractiveResource', 'Interactive resource'],
  other: ['Other', ''],
  physicalobject: ['PhysicalObject', ''],
  workflow: ['Workflow', ''],
  project: ['Project', ''],
  instrument: ['Instrument', ''],
};

/** General types of ids that zenodo.org has not: what stands before the hyphen, as InvenioRDM names its types. */
const FAMILIES: Readonly<Record<string, string>> = { publication: 'Text', image: 'Image', software: 'Software' };

/** A type of another site keeps its own id as text: `publication-blogpost` is Text, blogpost. */
export function resourceTypeOf(id: string): readonly [general: string, text: string] {
  if (Object.hasOwn(RESOURCE_TYPES, id)) return RESOURCE_TYPES[id]!;
  const [family = '', ...rest] = id.split('-');
  return Object.hasOwn(FAMILIES, family) ? [FAMILIES[family]!, rest.join('-')] : ['Other', id];
}

const CAMEL: readonly string[] = [
  ...'IsCitedBy Cites IsSupplementTo IsSupplementedBy IsContinuedBy Continues IsDescribedBy Describes HasMetadata IsMetadataFor'.split(' '),
  ...'HasVersion IsVersionOf IsNewVersionOf IsPreviousVersionOf IsPartOf HasPart IsPublishedIn IsReferencedBy References'.split(' '),
  ...'IsDocumentedBy Documents IsCompiledBy Compiles IsVariantFormOf IsOriginalFormOf IsIdenticalTo IsReviewedBy Reviews'.split(' '),
  ...'IsDerivedFrom IsSourceOf IsRequiredBy Requires IsObsoletedBy Obsoletes IsTranslationOf HasTranslation IsCollectedBy'.split(' '),
  ...'Collects ContactPerson DataCollector DataCurator DataManager Distributor Editor HostingInstitution Producer'.split(' '),
  ...'ProjectLeader ProjectManager ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson Researcher'.split(' '),
  ...'ResearchGroup RightsHolder Sponsor Supervisor Translator WorkPackageLeader Accepted Available Collected Copyrighted'.split(' '),
  ...'Created Issued Submitted Updated Valid Withdrawn Coverage AlternativeTitle Subtitle TranslatedTitle Abstract Methods'.split(' '),
  ...'SeriesInformation TableOfContents TechnicalInfo Other'.split(' '),
];
const BY_ID: ReadonlyMap<string, string> = new Map([...CAMEL.map((name) => [name.toLowerCase(), name] as const), ['notes', 'Other']]);

/**
 * A relation, role, date, title or description type as DataCite spells it: `issupplementto` is IsSupplementTo, `series-information`
 * SeriesInformation. Undefined for an id that only another site has.
 */
export const dataciteName = (id: string): string | undefined => BY_ID.get(id.toLowerCase().replace(/[-_]/g, ''));

const SCHEMES: Readonly<Record<string, string>> = {
  ads: 'bibcode',
  arxiv: 'arXiv',
  handle: 'Handle',
  w3id: 'w3id',
  wikidata: 'Other',
  other: 'Other',
  crossreffunderid: 'Crossref Funder ID',
  oai: 'oai',
};
const UPPER = new Set(
  'ark cstr doi ean13 eissn gnd grid igsn isbn isni issn istc lissn lsid orcid pmid purl raid ror rrid swh upc url urn viaf'.split(' '),
);

/** The type of an identifier by InvenioRDM's scheme: arXiv, Handle, DOI; a scheme of another site as it is. */
export function identifierTypeOf(scheme: string): string {
  const lower = scheme.toLowerCase();
  return SCHEMES[lower] ?? (UPPER.has(lower) ? lower.toUpperCase() : scheme);
}
