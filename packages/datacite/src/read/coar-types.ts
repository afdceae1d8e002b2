type ZenodoType = readonly [type: string, subtype: string | null];

const ARTICLE: ZenodoType = ['publication', 'article'];
const SECTION: ZenodoType = ['publication', 'section'];
const DISSERTATION: ZenodoType = ['publication', 'dissertation'];
const REPORT: ZenodoType = ['publication', 'report'];
const CONFERENCE_PAPER: ZenodoType = ['publication', 'conferencepaper'];

/**
 * COAR Resource Type Vocabulary 3.1 in Zenodo's words: concept, label, type. OpenAIRE's guidelines 4 and DSpace 7 and later write
 * the URI or the label as `dc:type`. https://vocabularies.coar-repositories.org/resource_types/
 */
const CONCEPTS: readonly (readonly [concept: string, label: string, type: ZenodoType])[] = [
  ['c_18cf', 'text', ['publication', null]],
  ['c_1162', 'annotation', ['publication', 'annotationcollection']],
  ['c_2f33', 'book', ['publication', 'book']],
  ['c_3248', 'book part', SECTION],
  ['c_ba08', 'book review', ['publication', 'peerreview']],
  ['c_c94f', 'conference output', CONFERENCE_PAPER],
  ['c_5794', 'conference paper', CONFERENCE_PAPER],
  ['c_18cp', 'conference paper not in proceedings', CONFERENCE_PAPER],
  ['c_6670', 'conference poster', ['poster', null]],
  ['c_18co', 'conference poster not in proceedings', ['poster', null]],
  ['R60J-J5BD', 'conference presentation', ['presentation', null]],
  ['c_f744', 'conference proceedings', ['publication', 'conferenceproceeding']],
  ['c_8544', 'lecture', ['presentation', null]],
  ['c_3e5a', 'contribution to journal', ARTICLE],
  ['c_0640', 'journal', ['publication', 'journal']],
  ['c_6501', 'journal article', ARTICLE],
  ['c_2df8fbb1', 'research article', ARTICLE],
  ['c_dcae04bc', 'review article', ARTICLE],
  ['c_7acd', 'corrigendum', ARTICLE],
  ['c_545b', 'letter to the editor', ARTICLE],
  ['c_b239', 'editorial', ARTICLE],
  ['c_998f', 'newspaper article', ARTICLE],
  ['c_beb9', 'data paper', ['publication', 'datapaper']],
  ['c_7bab', 'software paper', ARTICLE],
  ['c_46ec', 'thesis', DISSERTATION],
  ['c_7a1f', 'bachelor thesis', DISSERTATION],
  ['c_bdcc', 'master thesis', DISSERTATION],
  ['c_db06', 'doctoral thesis', DISSERTATION],
  ['c_93fc', 'report', REPORT],
  ['c_ba1f', 'report part', REPORT],
  ['c_18gh', 'technical report', REPORT],
  ['c_18ws', 'research report', REPORT],
  ['c_18hj', 'report to funding agency', REPORT],
  ['c_186u', 'policy report', REPORT],
  ['c_18op', 'project deliverable', ['publication', 'deliverable']],
  ['c_18wq', 'other type of report', REPORT],
  ['c_18wz', 'memorandum', REPORT],
  ['c_71bd', 'technical documentation', ['publication', 'technicalnote']],
  ['c_ab20', 'data management plan', ['publication', 'datamanagementplan']],
  ['c_baaf', 'research proposal', ['publication', 'proposal']],
  ['c_8042', 'working paper', ['publication', 'workingpaper']],
  ['c_816b', 'preprint', ['publication', 'preprint']],
  ['c_efa0', 'review', ['publication', 'peerreview']],
  ['c_15cd', 'patent', ['publication', 'patent']],
  ['c_0857', 'manuscript', ['publication', 'other']],
  ['c_18cw', 'musical notation', ['other', null]],
  ['c_ddb1', 'dataset', ['dataset', null]],
  ['c_5ce6', 'software', ['software', null]],
  ['c_c513', 'image', ['image', null]],
  ['c_ecc8', 'still image', ['image', null]],
  ['c_8a7e', 'moving image', ['video', null]],
  ['c_12ce', 'video', ['video', null]],
  ['c_18cc', 'sound', ['audio', null]],
  ['c_12cc', 'cartographic material', ['image', null]],
  ['c_12cd', 'map', ['image', null]],
  ['c_e9a0', 'interactive resource', ['lesson', null]],
  ['c_e059', 'learning object', ['lesson', null]],
  ['c_7ad9', 'website', ['other', null]],
  ['c_393c', 'workflow', ['workflow', null]],
  ['c_1843', 'other', ['other', null]],
];

/** Words of DSpace's submission form, of EPrints and of daily use that COAR has no label for. */
const WORDS: readonly (readonly [word: string, type: ZenodoType])[] = [
  ['animation', ['video', null]],
  ['book section', SECTION],
  ['conference item', CONFERENCE_PAPER],
  ['conference or workshop item', CONFERENCE_PAPER],
  ['conference object', CONFERENCE_PAPER],
  ['dissertation', DISSERTATION],
  ['doctoral dissertation', DISSERTATION],
  ['image, 3-d', ['model', null]],
  ['learning material', ['lesson', null]],
  ['master s thesis', DISSERTATION],
  ['monograph', ['publication', 'book']],
  ['musical score', ['other', null]],
  ['peer reviewed article', ARTICLE],
  ['phd thesis', DISSERTATION],
  ['plan or blueprint', ['image', 'drawing']],
  ['recording, acoustical', ['audio', null]],
  ['recording, musical', ['audio', null]],
  ['recording, oral', ['audio', null]],
  ['research paper', ARTICLE],
  ['teaching resource', ['lesson', null]],
];

const URI = /^https?:\/\/purl\.org\/coar\/resource_type\/([\w-]+)\/?$/i;
const BY_CONCEPT: ReadonlyMap<string, ZenodoType> = new Map(CONCEPTS.map(([concept, , type]) => [concept.toLowerCase(), type]));
const BY_WORD: ReadonlyMap<string, ZenodoType> = new Map([...WORDS, ...CONCEPTS.map(([, label, type]) => [label, type] as const)]);

/** The type that a COAR URI or a label of a repository's vocabulary stands for; undefined if it is neither. */
export function coarType(text: string): ZenodoType | undefined {
  const concept = URI.exec(text)?.[1];
  return concept === undefined
    ? BY_WORD.get(
        text
          .toLowerCase()
          .replace(/[\s_'’-]+/g, ' ')
          .replace('3 d', '3-d'),
      )
    : BY_CONCEPT.get(concept.toLowerCase());
}
