import { citedName, container, landingUrl, publishedParts } from './citation-parts.ts';
import { citationType } from './citation-types.ts';
import type { Person, RecordMetadata } from '../record.ts';

/** One RIS reference; lines end in CR LF, as its specification has it. */
export function toRis(metadata: RecordMetadata): string {
  const within = container(metadata);
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['TY', citationType(metadata.resourceType).ris],
    ...metadata.creators.map((each): [string, string] => ['AU', name(each)]),
    ...metadata.contributors.filter((each) => each.contributorType === 'Editor').map((each): [string, string] => ['ED', name(each)]),
    ['TI', metadata.title],
    ['T2', within?.titles[0]?.title],
    ['AB', metadata.description],
    ...metadata.subjects.map((each): [string, string] => ['KW', each.subject]),
    ['PY', year(metadata)],
    ['DA', day(metadata)],
    ['VL', within?.volume],
    ['IS', within?.issue],
    ['SP', within?.firstPage],
    ['EP', within?.lastPage],
    ['ET', metadata.version],
    ['LA', metadata.language?.iso639_3 ?? metadata.language?.text],
    ['PB', metadata.publisher?.name],
    ['DO', metadata.doi],
    ['UR', landingUrl(metadata)],
  ];
  const written = lines.flatMap(([tag, value]) => (value === null || value === undefined ? [] : [`${tag}  - ${oneLine(value)}`]));
  return [...written, 'ER  - ', ''].join('\r\n');
}

function name(person: Person): string {
  const cited = citedName(person);
  return 'family' in cited ? `${cited.family}, ${cited.given}` : cited.literal;
}

function year(metadata: RecordMetadata): string | null {
  const [first] = publishedParts(metadata);
  return first === undefined ? null : String(first).padStart(4, '0');
}

/** `YYYY/MM/DD/`, parts that are not known left empty. */
function day(metadata: RecordMetadata): string | null {
  const [first, month, date] = publishedParts(metadata);
  if (first === undefined) return null;
  const pad = (part: number | undefined) => (part === undefined ? '' : String(part).padStart(2, '0'));
  return `${String(first).padStart(4, '0')}/${pad(month)}/${pad(date)}/`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
