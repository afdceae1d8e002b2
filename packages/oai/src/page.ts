import type { OaiErrorItem } from './errors.ts';
import type { XmlElement } from './xml.ts';

/** The two verbs whose lists are walked with resumptionTokens. */
export type ListVerb = 'ListRecords' | 'ListIdentifiers';

/** One parsed answer to ListRecords or ListIdentifiers. */
export interface ListPage {
  /** The server's clock as sent; `''` where the element is missing. */
  readonly responseDate: string;
  readonly request: RequestEcho;
  /** Null when the answer holds only errors. */
  readonly verb: ListVerb | null;
  readonly records: readonly ListedRecord[];
  /** Null when there is no `resumptionToken` element; an empty element is a token whose `value` is null. */
  readonly resumptionToken: ResumptionToken | null;
  readonly errors: readonly OaiErrorItem[];
  /** Records that could not be read; their neighbours are in `records`. Positions count both. */
  readonly faults: readonly RecordFault[];
}

/** The `request` element: what the server understood. Attribute names are as sent (legacy Zenodo wrote `from_`). */
export interface RequestEcho {
  readonly baseURL: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The `header` of a record (OAI-PMH 2.0, 2.5), as the server sent it. */
export interface RecordHeader {
  readonly identifier: string;
  /** As sent; `''` where the header has none. */
  readonly datestamp: string;
  readonly setSpecs: readonly string[];
  /** `status="deleted"`; it wins even where metadata follows. */
  readonly deleted: boolean;
}

/** One record of a list: its header and, for ListRecords, its metadata as an element. */
export interface ListedRecord {
  readonly header: RecordHeader;
  /** The root element of the payload. Null for deleted records, in ListIdentifiers, and when parsed without metadata. */
  readonly metadata: XmlElement | null;
  /** The root element inside each `about`. */
  readonly about: readonly XmlElement[];
  /** From 0, in the order of the page. */
  readonly position: number;
  /** Where the element (`record`, or `header` in ListIdentifiers) lies in the bytes given: `[byteStart, byteEnd)`. */
  readonly byteStart: number;
  readonly byteEnd: number;
}

/** A record that could not be read, with all its bytes. */
export interface RecordFault {
  readonly position: number;
  /** Null where not even that could be read. */
  readonly identifier: string | null;
  /** An error message without a full stop. */
  readonly reason: string;
  /** In the page, from 1; null where unknown. */
  readonly line: number | null;
  readonly column: number | null;
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly bytes: Uint8Array;
}

/**
 * The attributes are hints: null when absent or not readable (2021 Zenodo sent `{u'relation': u'eq', u'value': 257}` as
 * completeListSize), with the text kept in `raw`.
 */
export interface ResumptionToken {
  /** Null for an empty element: the list is complete. */
  readonly value: string | null;
  readonly cursor: number | null;
  readonly completeListSize: number | null;
  readonly expirationDate: Date | null;
  readonly raw: { readonly cursor: string | null; readonly completeListSize: string | null; readonly expirationDate: string | null };
}
