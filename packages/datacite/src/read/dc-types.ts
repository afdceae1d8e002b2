import { coarType } from './coar-types.ts';
import { report } from './issues.ts';
import type { MappingIssue, ResourceType } from '../record.ts';
import { toResourceType } from './resource-types.ts';

const EU_REPO = /^info:eu-repo\/semantics\/(\w+)$/i;
/** They say which version of a work it is: OpenAIRE's guidelines 3 and 4. */
const VERSION = /^info:eu-repo\/semantics\/\w*version$|^https?:\/\/purl\.org\/coar\/version\//i;
const EPRINT = /^https?:\/\/purl\.org\/eprint\/type\//i;
const DCMI = /^https?:\/\/purl\.org\/dc\/dcmitype\//i;

/** The publication types of info:eu-repo in Zenodo's words. `other` says nothing, as Zenodo gives it to data and software too. */
const EU_REPO_TYPES: Readonly<Record<string, readonly [string, string | null]>> = {
  article: ['publication', 'article'],
  contributiontoperiodical: ['publication', 'article'],
  book: ['publication', 'book'],
  bookpart: ['publication', 'section'],
  bachelorthesis: ['publication', 'dissertation'],
  masterthesis: ['publication', 'dissertation'],
  doctoralthesis: ['publication', 'dissertation'],
  studentthesis: ['publication', 'dissertation'],
  review: ['publication', 'peerreview'],
  conferenceobject: ['publication', 'conferencepaper'],
  conferencepaper: ['publication', 'conferencepaper'],
  conferencecontribution: ['publication', 'conferencepaper'],
  conferenceproceedings: ['publication', 'conferenceproceeding'],
  conferenceposter: ['poster', null],
  lecture: ['presentation', null],
  workingpaper: ['publication', 'workingpaper'],
  preprint: ['publication', 'preprint'],
  report: ['publication', 'report'],
  reportpart: ['publication', 'report'],
  technicaldocumentation: ['publication', 'technicalnote'],
  researchproposal: ['publication', 'proposal'],
  patent: ['publication', 'patent'],
  annotation: ['publication', 'annotationcollection'],
  dataset: ['dataset', null],
  software: ['software', null],
};

/** DCMI and everyday words in the spelling of resourceTypeGeneral. */
const GENERALS: Readonly<Record<string, string>> = {
  text: 'Text',
  dataset: 'Dataset',
  software: 'Software',
  image: 'Image',
  stillimage: 'Image',
  movingimage: 'Audiovisual',
  video: 'Audiovisual',
  sound: 'Sound',
  audio: 'Sound',
  collection: 'Collection',
  event: 'Event',
  interactiveresource: 'InteractiveResource',
  service: 'Service',
  physicalobject: 'PhysicalObject',
  workflow: 'Workflow',
  model: 'Model',
  journalarticle: 'JournalArticle',
  conferencepaper: 'ConferencePaper',
  poster: 'Poster',
  presentation: 'Presentation',
  preprint: 'Preprint',
  bookchapter: 'BookChapter',
  dissertation: 'Dissertation',
  other: 'Other',
};

/**
 * One resource type out of all `dc:type`s: the first that says what it is. `setSpecs` help where Zenodo says only "other": its sets
 * `openaire_data` and `software` are by type.
 */
export function dcResourceType(types: readonly string[], setSpecs: readonly string[], issues: MappingIssue[]): ResourceType | null {
  const candidates = types.filter((each) => !VERSION.test(each));
  for (const text of candidates) {
    const known = knownType(text, setSpecs);
    if (known !== null) return known;
  }
  const text = candidates[0];
  if (text === undefined) return null;
  if (EU_REPO.test(text)) report(issues, 'resource-type-unknown', 'type', text);
  return EU_REPO.test(text) ? { general: null, text, type: 'other', subtype: null } : toResourceType(null, text, issues);
}

function knownType(text: string, setSpecs: readonly string[]): ResourceType | null {
  const euRepo = EU_REPO.exec(text)?.[1]?.toLowerCase();
  if (euRepo !== undefined) {
    const found = euRepo === 'other' ? typeOfSets(setSpecs) : Object.hasOwn(EU_REPO_TYPES, euRepo) ? EU_REPO_TYPES[euRepo]! : null;
    return found === null ? null : { general: null, text, type: found[0], subtype: found[1] };
  }
  const word = text
    .replace(EPRINT, '')
    .replace(DCMI, '')
    .replace(/^doc-type:/i, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  const [type, subtype] = coarType(text) ?? coarType(word) ?? wordType(word) ?? [null, null];
  return type === null ? null : { general: null, text, type, subtype };
}

/** As a general type, else as the text that qualifies `Text`. */
function wordType(word: string): readonly [string | null, string | null] | null {
  const general = GENERALS[word.toLowerCase().replace(/[\s_-]/g, '')];
  const unknown: MappingIssue[] = [];
  const found = general === undefined ? toResourceType('Text', word, unknown) : toResourceType(general, null, []);
  return unknown.length === 0 ? [found.type, found.subtype] : null;
}

function typeOfSets(setSpecs: readonly string[]): readonly [string, string | null] | null {
  if (setSpecs.includes('software')) return ['software', null];
  return setSpecs.includes('openaire_data') ? ['dataset', null] : null;
}
