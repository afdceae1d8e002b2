import type { Person, RecordMetadata, RelatedItem, Rights } from '../record.ts';

/** Where the record is: its DOI's URL, else the first URL among its identifiers. */
export function landingUrl(metadata: RecordMetadata): string | null {
  if (metadata.doi !== null) return `https://doi.org/${encodeDoi(metadata.doi)}`;
  const { identifier, alternateIdentifiers } = metadata;
  const candidates = [identifier, ...alternateIdentifiers.map((each) => each.alternateIdentifier)];
  return candidates.find((each) => each !== null && /^https?:\/\/\S+$/.test(each)) ?? null;
}

/** The URL that names a person or an organisation: by ORCID, else by ROR; null where neither is known. */
export function personUrl({ orcid, nameIdentifiers }: Person): string | null {
  if (orcid !== null) return `https://orcid.org/${orcid}`;
  const ror = nameIdentifiers.find((each) => each.scheme === 'ROR' && each.value !== null)?.value;
  return ror === undefined ? null : `https://ror.org/${ror}`;
}

/** The URL of a licence: the source's, else that of its SPDX identifier. */
export const licenceUrl = ({ rightsUri, spdx }: Rights): string | null => rightsUri ?? (spdx && `https://spdx.org/licenses/${spdx}`);

/** A DOI as part of a URL: only what a URL cannot hold is encoded. */
export function encodeDoi(doi: string): string {
  return doi.replace(/[^\w.\-/:;()+~,!*'@$=&]/gu, encodeURIComponent);
}

/** The first day of publication in its parts, as exact as it was given; an empty list when unknown. */
export function publishedParts(metadata: RecordMetadata): number[] {
  const { publicationDate, publicationYear } = metadata;
  const start = publicationDate?.start ?? null;
  if (start === null) return publicationYear === null ? [] : [publicationYear];
  const [, year, month, day] = /^(-?\d+)-(\d\d)-(\d\d)$/.exec(start)!.map(Number) as [number, number, number, number];
  const { end } = publicationDate!;
  if (end === start) return [year, month, day];
  return end !== null && end.slice(0, -3) === start.slice(0, -3) ? [year, month] : [year];
}

/** The journal, book or proceedings a record was published in, where the source says. */
export function container(metadata: RecordMetadata): RelatedItem | null {
  return metadata.relatedItems.find((each) => each.relationType === 'IsPublishedIn') ?? null;
}

/** The pages of an item, or null. `last` is null for a single page and for an article number. */
export interface Pages {
  readonly first: string;
  readonly last: string | null;
}

const DASHED = /^(\S+?)\s*(?:[\u2012-\u2015]|--)\s*(\S+)$/;
const RANGE = /^(\d+)\s*-\s*(\d+)$/;

/** First and last page. A range that stands in `firstPage` alone is taken apart, but `16-1` is one page: ranges rise. */
export function pagesOf(item: RelatedItem | null): Pages | null {
  if (item === null || item.firstPage === null) return null;
  const { firstPage, lastPage } = item;
  if (lastPage !== null && lastPage !== firstPage) return { first: firstPage, last: lastPage };
  const dashed = DASHED.exec(firstPage) ?? RANGE.exec(firstPage);
  const rises = dashed !== null && !(Number(dashed[1]) >= Number(dashed[2]));
  return rises ? { first: dashed[1]!, last: dashed[2]! } : { first: firstPage, last: null };
}

/** Pages as CSL has them: `12-19`, `12`; page numbers with a hyphen inside are kept apart by a dash: `16-1–16-4`. */
export function pages(item: RelatedItem | null): string | null {
  const found = pagesOf(item);
  if (found === null || found.last === null) return found?.first ?? null;
  return `${found.first}${/-/.test(found.first + found.last) ? '\u2013' : '-'}${found.last}`;
}

/** The number that stands for pages in journals without them (`e0123456`); null if there is none. */
export const articleNumber = (item: RelatedItem | null): string | null => (item?.numberType === 'Article' ? item.number : null);
