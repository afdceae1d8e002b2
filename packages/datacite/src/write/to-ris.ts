import { articleNumber, container, landingUrl, pagesOf, publishedParts } from './citation-parts.ts';
import { citedName } from './cited-name.ts';
import { citationType } from './citation-types.ts';
import type { Person, RecordMetadata } from '../record.ts';

/** One RIS reference; lines end in CR LF, as its specification has it. */
export function toRis(metadata: RecordMetadata): string {
  const within = container(metadata);
  const pages = pagesOf(within);
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
    ['SP', pages?.first],
    ['EP', pages?.last],
    ['C7', articleNumber(within)],
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
  if (!('family' in cited)) return cited.literal;
  return [cited.family, cited.given, cited.suffix].filter((part) => part !== undefined).join(', ');
}

function year(metadata: RecordMetadata): string | null {
  const [first] = publishedParts(metadata);
  return first === undefined ? null : fourDigits(first);
}

/** `YYYY/MM/DD/`, parts that are not known left empty. */
function day(metadata: RecordMetadata): string | null {
  const [first, month, date] = publishedParts(metadata);
  if (first === undefined) return null;
  const pad = (part: number | undefined) => (part === undefined ? '' : String(part).padStart(2, '0'));
  return `${fourDigits(first)}/${pad(month)}/${pad(date)}/`;
}

/** A year as ISO 8601 writes it: `0079`, `-0024`. */
function fourDigits(of: number): string {
  return `${of < 0 ? '-' : ''}${String(Math.abs(of)).padStart(4, '0')}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
