/** InvenioRDM's resource types by what DataCite calls them: general type and text. The first one of a pair counts. */
const TYPES: readonly (readonly [id: string, general: string, text: string, title: string])[] = [
  ['dataset', 'Dataset', '', 'Dataset'],
  ['image-figure', 'Image', 'Figure', 'Figure'],
  ['image', 'Image', '', 'Image'],
  ['publication-article', 'JournalArticle', '', 'Journal article'],
  ['software', 'Software', '', 'Software'],
  ['publication-taxonomictreatment', 'Text', 'Taxonomic treatment', 'Taxonomic treatment'],
  ['presentation', 'Text', 'Presentation', 'Presentation'],
  ['publication-conferencepaper', 'ConferencePaper', '', 'Conference paper'],
  ['publication-report', 'Report', '', 'Report'],
  ['publication-preprint', 'Preprint', '', 'Preprint'],
  ['poster', 'Text', 'Poster', 'Poster'],
  ['publication-deliverable', 'Text', 'Project deliverable', 'Project deliverable'],
  ['publication-section', 'BookChapter', '', 'Book chapter'],
  ['publication-dissertation', 'Dissertation', '', 'Dissertation'],
  ['video', 'Audiovisual', '', 'Video/Audio'],
  ['publication-book', 'Book', '', 'Book'],
  ['lesson', 'InteractiveResource', 'Interactive resource', 'Lesson'],
  ['other', 'Other', '', 'Other'],
  ['workflow', 'Workflow', '', 'Workflow'],
  ['physicalobject', 'PhysicalObject', '', 'Physical object'],
  ['publication-datamanagementplan', 'OutputManagementPlan', '', 'Output management plan'],
  ['publication', 'Text', '', 'Publication'],
];

/** The vocabulary term for a general type and text; `other` for one that is not among them. */
export function resourceTypeTerm(general: string, text: string): { readonly id: string; readonly title: { readonly en: string } } {
  const found =
    TYPES.find(([, otherGeneral, otherText]) => otherGeneral === general && otherText === text) ??
    TYPES.find(([, otherGeneral]) => otherGeneral === general);
  return { id: found?.[0] ?? 'other', title: { en: found?.[3] ?? 'Other' } };
}

/** A DataCite name as InvenioRDM's vocabulary id: IsSupplementTo is `issupplementto`, SeriesInformation `series-information`. */
export const idOfName = (name: string, hyphens = false): string =>
  (hyphens ? name.replace(/(?<=[a-z])(?=[A-Z])/g, '-') : name).toLowerCase();
