/** The controlled lists of DataCite Metadata Schema 4.7, for writing only: what is read is never checked against them. */

export const RESOURCE_TYPES: ReadonlySet<string> = new Set([
  'Audiovisual', 'Award', 'Book', 'BookChapter', 'Collection', 'ComputationalNotebook', 'ConferencePaper', 'ConferenceProceeding', 'DataPaper', 'Dataset',
  'Dissertation', 'Event', 'Image', 'Instrument', 'InteractiveResource', 'Journal', 'JournalArticle', 'Model', 'OutputManagementPlan', 'PeerReview',
  'PhysicalObject', 'Poster', 'Preprint', 'Presentation', 'Project', 'Report', 'Service', 'Software', 'Sound', 'Standard', 'StudyRegistration', 'Text',
  'Workflow', 'Other',
]);

export const RELATION_TYPES: ReadonlySet<string> = new Set([
  'IsCitedBy', 'Cites', 'IsSupplementTo', 'IsSupplementedBy', 'IsContinuedBy', 'Continues', 'IsNewVersionOf', 'IsPreviousVersionOf', 'IsPartOf', 'HasPart',
  'IsPublishedIn', 'IsReferencedBy', 'References', 'IsDocumentedBy', 'Documents', 'IsCompiledBy', 'Compiles', 'IsVariantFormOf', 'IsOriginalFormOf',
  'IsIdenticalTo', 'HasMetadata', 'IsMetadataFor', 'Reviews', 'IsReviewedBy', 'IsDerivedFrom', 'IsSourceOf', 'Describes', 'IsDescribedBy', 'HasVersion',
  'IsVersionOf', 'Requires', 'IsRequiredBy', 'Obsoletes', 'IsObsoletedBy', 'Collects', 'IsCollectedBy', 'HasTranslation', 'IsTranslationOf', 'Other',
]);

export const DATE_TYPES: ReadonlySet<string> = new Set([
  'Accepted', 'Available', 'Collected', 'Copyrighted', 'Coverage', 'Created', 'Issued', 'Other', 'Submitted', 'Updated', 'Valid', 'Withdrawn',
]);

export const CONTRIBUTOR_TYPES: ReadonlySet<string> = new Set([
  'ContactPerson', 'DataCollector', 'DataCurator', 'DataManager', 'Distributor', 'Editor', 'HostingInstitution', 'Other', 'Producer', 'ProjectLeader',
  'ProjectManager', 'ProjectMember', 'RegistrationAgency', 'RegistrationAuthority', 'RelatedPerson', 'ResearchGroup', 'RightsHolder', 'Researcher',
  'Sponsor', 'Supervisor', 'Translator', 'WorkPackageLeader',
]);

export const RELATED_IDENTIFIER_TYPES: ReadonlySet<string> = new Set([
  'ARK', 'arXiv', 'bibcode', 'CSTR', 'DOI', 'EAN13', 'EISSN', 'Handle', 'IGSN', 'ISBN', 'ISSN', 'ISTC', 'LISSN', 'LSID', 'PMID', 'PURL', 'RAiD', 'RRID',
  'SWHID', 'UPC', 'URL', 'URN', 'w3id',
]);

export const FUNDER_IDENTIFIER_TYPES: ReadonlySet<string> = new Set(['ISNI', 'GRID', 'ROR', 'Crossref Funder ID', 'Other']);
export const TITLE_TYPES: ReadonlySet<string> = new Set(['AlternativeTitle', 'Subtitle', 'TranslatedTitle', 'Other']);
export const DESCRIPTION_TYPES: ReadonlySet<string> = new Set(['Abstract', 'Methods', 'SeriesInformation', 'TableOfContents', 'TechnicalInfo', 'Other']);
export const NAME_TYPES: ReadonlySet<string> = new Set(['Organizational', 'Personal']);
export const NUMBER_TYPES: ReadonlySet<string> = new Set(['Article', 'Chapter', 'Report', 'Other']);

/** The value where the list has it, else `otherwise`. */
export function listed<T extends string | null>(list: ReadonlySet<string>, value: string | null, otherwise: T): string | T {
  return value !== null && list.has(value) ? value : otherwise;
}
