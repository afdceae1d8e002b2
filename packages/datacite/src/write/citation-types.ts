import type { ResourceType } from '../record.ts';

/** What a Zenodo type is called in the formats for citing and for crawlers. */
export interface CitationType {
  readonly bibtex: string;
  readonly ris: string;
  readonly csl: string;
  readonly schemaOrg: string;
  readonly euRepo: string;
}

function row(bibtex: string, ris: string, csl: string, schemaOrg: string, euRepo: string): CitationType {
  return { bibtex, ris, csl, schemaOrg, euRepo };
}

// Zenodo's own choices (its resource type vocabulary), with CSL 1.0.2 and RIS types that exist where those do not.
const TYPES: Readonly<Record<string, CitationType>> = {
  publication: row('misc', 'GEN', 'document', 'CreativeWork', 'other'),
  'publication/annotationcollection': row('misc', 'GEN', 'collection', 'Collection', 'technicalDocumentation'),
  'publication/article': row('article', 'JOUR', 'article-journal', 'ScholarlyArticle', 'article'),
  'publication/book': row('book', 'BOOK', 'book', 'Book', 'book'),
  'publication/section': row('incollection', 'CHAP', 'chapter', 'Chapter', 'bookPart'),
  'publication/conferencepaper': row('inproceedings', 'CPAPER', 'paper-conference', 'ScholarlyArticle', 'conferencePaper'),
  'publication/conferenceproceeding': row('proceedings', 'CONF', 'book', 'Book', 'conferenceProceedings'),
  'publication/datamanagementplan': row('techreport', 'RPRT', 'report', 'CreativeWork', 'technicalDocumentation'),
  'publication/datapaper': row('article', 'JOUR', 'article', 'ScholarlyArticle', 'workingPaper'),
  'publication/deliverable': row('techreport', 'RPRT', 'report', 'Report', 'report'),
  'publication/dissertation': row('phdthesis', 'THES', 'thesis', 'Thesis', 'other'),
  'publication/journal': row('misc', 'JFULL', 'periodical', 'Periodical', 'article'),
  'publication/milestone': row('techreport', 'RPRT', 'report', 'Report', 'report'),
  'publication/patent': row('misc', 'PAT', 'patent', 'CreativeWork', 'patent'),
  'publication/peerreview': row('misc', 'GEN', 'review', 'Review', 'review'),
  'publication/preprint': row('misc', 'UNPB', 'article', 'ScholarlyArticle', 'preprint'),
  'publication/proposal': row('misc', 'GEN', 'document', 'CreativeWork', 'researchProposal'),
  'publication/report': row('techreport', 'RPRT', 'report', 'Report', 'report'),
  'publication/softwaredocumentation': row('manual', 'GEN', 'document', 'TechArticle', 'technicalDocumentation'),
  'publication/standard': row('misc', 'STAND', 'standard', 'CreativeWork', 'other'),
  'publication/technicalnote': row('techreport', 'RPRT', 'report', 'TechArticle', 'technicalDocumentation'),
  'publication/workingpaper': row('misc', 'UNPB', 'article', 'ScholarlyArticle', 'workingPaper'),
  poster: row('misc', 'GEN', 'graphic', 'Poster', 'conferencePoster'),
  presentation: row('misc', 'SLIDE', 'speech', 'PresentationDigitalDocument', 'lecture'),
  event: row('misc', 'GEN', 'event', 'Event', 'other'),
  dataset: row('dataset', 'DATA', 'dataset', 'Dataset', 'dataset'),
  image: row('misc', 'FIGURE', 'graphic', 'ImageObject', 'other'),
  'image/figure': row('misc', 'FIGURE', 'figure', 'ImageObject', 'other'),
  'image/photo': row('misc', 'FIGURE', 'graphic', 'Photograph', 'other'),
  model: row('misc', 'GEN', 'document', '3DModel', 'other'),
  video: row('misc', 'VIDEO', 'motion_picture', 'VideoObject', 'other'),
  audio: row('misc', 'SOUND', 'song', 'AudioObject', 'other'),
  software: row('software', 'COMP', 'software', 'SoftwareSourceCode', 'software'),
  lesson: row('misc', 'GEN', 'speech', 'LearningResource', 'lecture'),
  workflow: row('misc', 'GEN', 'software', 'CreativeWork', 'other'),
  physicalobject: row('misc', 'GEN', 'graphic', 'CreativeWork', 'other'),
};
const OTHER = row('misc', 'GEN', 'document', 'CreativeWork', 'other');

export function citationType(resourceType: ResourceType | null): CitationType {
  const type = resourceType?.type ?? '';
  const whole = `${type}/${resourceType?.subtype ?? ''}`;
  if (Object.hasOwn(TYPES, whole)) return TYPES[whole]!;
  return Object.hasOwn(TYPES, type) ? TYPES[type]! : OTHER;
}
