import type { FacetName } from './facet-table.ts';

/** Zenodo's names for its types where they are not the identifier in capitals. */
const TYPES: Readonly<Record<string, string>> = {
  article: 'Journal article',
  physicalobject: 'Physical object',
  video: 'Video/Audio',
  conferencepaper: 'Conference paper',
  conferenceproceeding: 'Conference proceeding',
  datamanagementplan: 'Output management plan',
  datapaper: 'Data paper',
  softwaredocumentation: 'Software documentation',
  taxonomictreatment: 'Taxonomic treatment',
  technicalnote: 'Technical note',
  workingpaper: 'Working paper',
  peerreview: 'Peer review',
  section: 'Book chapter',
  deliverable: 'Project deliverable',
  milestone: 'Project milestone',
  studyregistration: 'Study registration',
  'computational-notebook': 'Computational notebook',
};

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** The label of a facet value, as shown to people. */
export function labelOf(facet: FacetName, value: string): string {
  switch (facet) {
    case 'resource_type':
      return TYPES[value] ?? capital(value);
    case 'access_status':
      return capital(value);
    case 'language':
      return languageName(value) ?? value;
    default:
      return value;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text that a depositor wrote instead of a code has no name. */
function languageName(code: string): string | undefined {
  return /^[a-z]{2,3}$/.test(code) ? LANGUAGES.of(code) : undefined;
}
