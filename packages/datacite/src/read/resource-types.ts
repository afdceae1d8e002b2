import { report } from './issues.ts';
import type { MappingIssue, ResourceType, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

type ZenodoType = readonly [type: string, subtype: string | null];

/** Zenodo's publication subtypes by the text that has stood for them, in any era, next to `Text` or their own general type. */
const PUBLICATIONS: Readonly<Record<string, string>> = {
  'annotation collection': 'annotationcollection',
  book: 'book',
  'book chapter': 'section',
  'book section': 'section',
  'conference paper': 'conferencepaper',
  'conference proceeding': 'conferenceproceeding',
  'conference proceedings': 'conferenceproceeding',
  'data management plan': 'datamanagementplan',
  'output management plan': 'datamanagementplan',
  journal: 'journal',
  'journal article': 'article',
  article: 'article',
  patent: 'patent',
  'peer review': 'peerreview',
  preprint: 'preprint',
  'project deliverable': 'deliverable',
  'project milestone': 'milestone',
  proposal: 'proposal',
  report: 'report',
  'software documentation': 'softwaredocumentation',
  'taxonomic treatment': 'taxonomictreatment',
  'technical note': 'technicalnote',
  thesis: 'dissertation',
  dissertation: 'dissertation',
  'working paper': 'workingpaper',
  'data paper': 'datapaper',
  standard: 'standard',
  'study registration': 'studyregistration',
  other: 'other',
};

const IMAGES: Readonly<Record<string, string>> = {
  figure: 'figure',
  plot: 'plot',
  drawing: 'drawing',
  diagram: 'diagram',
  photo: 'photo',
  other: 'other',
};

/** The type that a general type stands for by itself. A text with a meaning is looked up in the tables above. */
const GENERALS: Readonly<Record<string, ZenodoType>> = {
  Text: ['publication', null],
  Collection: ['publication', 'annotationcollection'],
  Book: ['publication', 'book'],
  BookChapter: ['publication', 'section'],
  ConferencePaper: ['publication', 'conferencepaper'],
  ConferenceProceeding: ['publication', 'conferenceproceeding'],
  OutputManagementPlan: ['publication', 'datamanagementplan'],
  Journal: ['publication', 'journal'],
  JournalArticle: ['publication', 'article'],
  PeerReview: ['publication', 'peerreview'],
  Preprint: ['publication', 'preprint'],
  Report: ['publication', 'report'],
  DataPaper: ['publication', 'datapaper'],
  Dissertation: ['publication', 'dissertation'],
  Standard: ['publication', 'standard'],
  StudyRegistration: ['publication', 'studyregistration'],
  Poster: ['poster', null],
  Presentation: ['presentation', null],
  Event: ['event', null],
  Dataset: ['dataset', null],
  Image: ['image', null],
  Model: ['model', null],
  Audiovisual: ['video', null],
  Sound: ['audio', null],
  Software: ['software', null],
  ComputationalNotebook: ['software', 'computationalnotebook'],
  InteractiveResource: ['lesson', null],
  Workflow: ['workflow', null],
  PhysicalObject: ['physicalobject', null],
  Other: ['other', null],
};

// Kernel 2 and types Zenodo has no word for.
const FALLBACKS: Readonly<Record<string, ZenodoType>> = {
  Film: ['video', null],
  Instrument: ['physicalobject', null],
  Service: ['other', null],
  Award: ['other', null],
  Project: ['other', null],
};

const OTHER: ZenodoType = ['other', null];

/** A `resourceType` element with Zenodo's own type and subtype next to it. Null when it says nothing. */
export function readResourceType(element: XmlElement, issues: MappingIssue[]): ResourceType | null {
  const general = attribute(element, 'resourceTypeGeneral');
  const text = textOf(element);
  return general === null && text === null ? null : toResourceType(general, text, issues);
}

export function toResourceType(general: string | null, text: string | null, issues: MappingIssue[]): ResourceType {
  const known = zenodoType(general, text);
  if (known === null) report(issues, 'resource-type-unknown', 'resourceType', `${general ?? ''}/${text ?? ''}`);
  const [type, subtype] = known ?? fallback(general, text);
  return { general, text, type, subtype };
}

/** The pair as the table has it: a general type alone or with a text repeating it, or a general type qualified by a text. */
function zenodoType(general: string | null, text: string | null): ZenodoType | null {
  if (general === null || !Object.hasOwn(GENERALS, general)) return null;
  const own = GENERALS[general]!;
  const lower = text?.toLowerCase() ?? null;
  if (lower === null || lower === spelledOut(general)) return own;
  const qualified = general === 'Text' ? textual(lower) : general === 'Image' ? pictured(lower) : null;
  if (qualified !== null) return qualified;
  return subtypeOf(PUBLICATIONS, lower) === own[1] && own[1] !== null ? own : null;
}

function textual(lower: string): ZenodoType | null {
  if (lower === 'poster' || lower === 'presentation') return [lower, null];
  const subtype = subtypeOf(PUBLICATIONS, lower);
  return subtype === null ? null : ['publication', subtype];
}

function pictured(lower: string): ZenodoType | null {
  const subtype = subtypeOf(IMAGES, lower);
  return subtype === null ? null : ['image', subtype];
}

function subtypeOf(table: Readonly<Record<string, string>>, lower: string): string | null {
  return Object.hasOwn(table, lower) ? table[lower]! : null;
}

function fallback(general: string | null, text: string | null): ZenodoType {
  if (general !== null && Object.hasOwn(GENERALS, general)) return GENERALS[general]!;
  if (general !== null && Object.hasOwn(FALLBACKS, general)) return FALLBACKS[general]!;
  return (text === null ? null : textual(text.toLowerCase())) ?? OTHER;
}

/** `InteractiveResource` as `interactive resource`. */
function spelledOut(general: string): string {
  return general.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
}

/** InvenioRDM's id for a `resourceTypeGeneral`: `publication-article`, `dataset`; null for one that Zenodo has no word for. */
export function resourceTypeId(general: string | null): string | null {
  if (general === null || !Object.hasOwn(GENERALS, general)) return null;
  const [type, subtype] = GENERALS[general]!;
  return subtype === null ? type : `${type}-${subtype}`;
}
