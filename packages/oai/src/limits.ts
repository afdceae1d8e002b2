/**
 * What is read of foreign XML at most. A record beyond these is a fault and its neighbours are read; a page beyond them
 * is a page that is not well-formed. The largest genuine records seen (author lists of 5,000 people) have 60,000 elements and 3 MB.
 */
export const LIMITS = {
  /** Elements inside elements: trees are walked recursively. */
  depth: 200,
  /** Characters of the name of an element or attribute. */
  name: 1_000,
  /** Attributes of one element, namespace declarations included. */
  attributes: 500,
  /** Elements of one record, or of a document that is no list. */
  elements: 250_000,
  /** Characters of text and attribute values in one record, or in a document that is no list. */
  text: 16_000_000,
  /** Records or headers of one page. */
  records: 50_000,
  /** Elements of one page. */
  pageElements: 2_000_000,
  /** Characters of a `resumptionToken`. */
  token: 50_000,
} as const;

/** A limit that a document exceeds: a sentence for `XmlError`. */
export class LimitFault extends Error {
  override readonly name = 'LimitFault';
}

/** Throws `LimitFault` for more than a limit allows. */
export function mustNotExceed(limit: keyof typeof LIMITS, found: number, what: string): void {
  if (found > LIMITS[limit]) throw new LimitFault(`more than ${LIMITS[limit]} ${what}`);
}
