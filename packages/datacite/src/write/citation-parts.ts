import type { Person, RecordMetadata, RelatedItem, Rights } from '../record.ts';

/** A name in its parts, or whole where it has none that are known (organisations, names typed into one box). */
export type CitedName = { readonly family: string; readonly given: string } | { readonly literal: string };

/** The parts the source gave; else those of `Family, Given`, unless it is an organisation's name. */
export function citedName(person: Person): CitedName {
  const { name, nameType, givenName, familyName } = person;
  if (familyName !== null && givenName !== null) return { family: familyName, given: givenName };
  const [family = '', given = '', ...more] = name.split(',').map((part) => part.trim());
  const isSplit = nameType !== 'Organizational' && more.length === 0 && family !== '' && given !== '';
  return isSplit ? { family, given } : { literal: name };
}

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

/** Pages as `12-19`, `12`, or null. */
export function pages(item: RelatedItem | null): string | null {
  if (item === null || item.firstPage === null) return null;
  return item.lastPage === null || item.lastPage === item.firstPage ? item.firstPage : `${item.firstPage}-${item.lastPage}`;
}
