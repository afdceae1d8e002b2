import { articleNumber, container, landingUrl, pages, publishedParts } from './citation-parts.ts';
import { citedName, type CitedName } from './cited-name.ts';
import { citationType } from './citation-types.ts';
import { present } from './present.ts';
import type { RecordMetadata } from '../record.ts';

/** An item of CSL-JSON 1.0.2; absent fields are left out. */
export interface CslItem {
  readonly id: string;
  readonly type: string;
  readonly title?: string;
  readonly author?: readonly CitedName[];
  readonly editor?: readonly CitedName[];
  readonly issued?: { readonly 'date-parts': readonly (readonly number[])[] };
  readonly publisher?: string;
  readonly 'container-title'?: string;
  readonly volume?: string;
  readonly issue?: string;
  readonly page?: string;
  readonly number?: string;
  readonly 'chapter-number'?: string;
  readonly abstract?: string;
  readonly keyword?: string;
  readonly language?: string;
  readonly version?: string;
  readonly DOI?: string;
  readonly URL?: string;
}

/** The record as a CSL-JSON item, its id the DOI, else the identifier. */
export function toCslJson(metadata: RecordMetadata): CslItem {
  const within = container(metadata);
  const issued = publishedParts(metadata);
  const editors = metadata.contributors.filter((each) => each.contributorType === 'Editor');
  const item = {
    id: metadata.doi ?? metadata.identifier ?? metadata.title ?? '',
    type: citationType(metadata.resourceType).csl,
    title: metadata.title,
    author: nonEmpty(metadata.creators.map(citedName)),
    editor: nonEmpty(editors.map(citedName)),
    issued: issued.length === 0 ? null : { 'date-parts': [inCslYears(issued)] },
    publisher: metadata.publisher?.name,
    'container-title': within?.titles[0]?.title,
    volume: within?.volume,
    issue: within?.issue,
    page: pages(within) ?? articleNumber(within),
    number: within?.numberType === 'Report' ? within.number : null,
    'chapter-number': within?.numberType === 'Chapter' ? within.number : null,
    abstract: metadata.description,
    keyword: metadata.subjects.length === 0 ? null : metadata.subjects.map((each) => each.subject).join(', '),
    language: metadata.language?.iso639_1 ?? metadata.language?.iso639_3 ?? metadata.language?.text,
    version: metadata.version,
    DOI: metadata.doi,
    URL: landingUrl(metadata),
  };
  return present(item) as unknown as CslItem;
}

/** CSL has no year 0: its -1 is 1 BC, which ISO 8601 calls 0000. */
function inCslYears([year, ...rest]: readonly number[]): number[] {
  return [year! > 0 ? year! : year! - 1, ...rest];
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
