/**
 * The normalised record: what every serialisation of a record (oai_datacite of any kernel, oai_dc) becomes, and what
 * the store, the index and the API are made from.
 *
 * Rules that hold for every field:
 * - Absent and empty are the same and are `null` (one value) or `[]` (a list).
 * - Lists keep the order of the source; the position of an element in its list is its `position` in SQL.
 * - A value as the source wrote it and its normalised form stand side by side where they can differ.
 * - One-line values have their white space collapsed; descriptions keep theirs.
 */

/** The normalised metadata of one record. Terms are those of the DataCite Metadata Schema 4.7. */
export interface RecordMetadata {
  /** Which mapping produced it. */
  readonly format: 'oai_datacite' | 'oai_dc';
  /** From the namespace: `2.2`, `3`, `4` …; null for oai_dc. */
  readonly kernel: string | null;
  /** What the wrapper declares (`4.5`). A hint only: 2024 records declare 4.3 and use 4.4 types. */
  readonly schemaVersion: string | null;
  readonly datacentreSymbol: string | null;

  /** The `identifier` element as written, with its type (`DOI`, `URL` …). */
  readonly identifier: string | null;
  readonly identifierType: string | null;
  /** The record's own DOI, lower case, no resolver. */
  readonly doi: string | null;
  /** The DOI that stands for all versions, lower case, no resolver. */
  readonly conceptDoi: string | null;

  /** The first title without a type, else the first title. */
  readonly title: string | null;
  readonly titles: readonly Title[];
  readonly creators: readonly Person[];
  readonly contributors: readonly Contributor[];
  readonly publisher: Publisher | null;
  readonly publicationYear: number | null;
  /** The first `Issued` date (for embargoed legacy records without one: `Accepted`). */
  readonly publicationDate: EdtfDate | null;
  readonly resourceType: ResourceType | null;
  readonly subjects: readonly Subject[];
  readonly dates: readonly RecordDate[];
  readonly language: Language | null;
  readonly alternateIdentifiers: readonly AlternateIdentifier[];
  readonly relatedIdentifiers: readonly RelatedIdentifier[];
  readonly relatedItems: readonly RelatedItem[];
  readonly sizes: readonly string[];
  readonly formats: readonly string[];
  readonly version: string | null;
  /** Every `rights` element in its order, classified. */
  readonly rights: readonly Rights[];
  /** Access to the files. Null where the source does not say: absent is not open. */
  readonly accessRight: AccessRight | null;
  readonly descriptions: readonly Description[];
  /** The first Abstract as plain text, else the first description. */
  readonly description: string | null;
  readonly fundingReferences: readonly FundingReference[];
  readonly geoLocations: readonly GeoLocation[];
  /** Community slugs, without duplicates: `user-*` sets of the header, then `IsPartOf` URLs of the payload. */
  readonly communities: readonly string[];
  /** Cited works as text, where the source has them (legacy Zenodo: a JSON string in an Other description). */
  readonly references: readonly string[];
  /**
   * The elements of an `oai_dc` record as they came, in their order: what they mean is not always known (a second language, a
   * `dc:source` that is no journal, the version type of OpenAIRE), and `oai_dc` hands all of it on. Empty for other formats.
   */
  readonly dublinCore: readonly DublinCoreElement[];
}

/** One element of simple Dublin Core. */
export interface DublinCoreElement {
  /** Its name without a prefix: `source`. */
  readonly element: string;
  /** As written; descriptions with their line breaks, everything else on one line. */
  readonly value: string;
  /** `xml:lang` as written. */
  readonly lang: string | null;
}

/** Zenodo's access rights: all may read the files, they may do so from a date on, or on request, or not at all. */
export type AccessRight = 'open' | 'embargoed' | 'restricted' | 'closed';

/** A title (DataCite property 3). */
export interface Title {
  readonly title: string;
  /** `AlternativeTitle`, `Subtitle`, `TranslatedTitle`, `Other`; null for a main title. */
  readonly titleType: string | null;
  /** `xml:lang` as written. */
  readonly lang: string | null;
}

/** A person or organisation, as creator or contributor (DataCite properties 2 and 7). */
export interface Person {
  readonly name: string;
  /** `Personal` or `Organizational`. */
  readonly nameType: string | null;
  /** Only where the source split the name. */
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly lang: string | null;
  /** Bare ORCID iD (`0000-0002-1825-0097`) of the first name identifier that is one and whose check digit holds. */
  readonly orcid: string | null;
  readonly nameIdentifiers: readonly NameIdentifier[];
  readonly affiliations: readonly Affiliation[];
}

/** A contributor (DataCite property 7): a person or organisation with a role. */
export interface Contributor extends Person {
  readonly contributorType: string | null;
}

/** An identifier of a person or organisation (DataCite property 2.4), as sent and in its normal form. */
export interface NameIdentifier {
  /** As written. */
  readonly nameIdentifier: string;
  /** As written (`ORCID`, `ISNI`, `GND`, `ROR`, …). */
  readonly nameIdentifierScheme: string | null;
  readonly schemeUri: string | null;
  /** Upper-case scheme the value was recognised as, by its scheme, schemeURI or form; null if none. */
  readonly scheme: string | null;
  /** The bare identifier in its usual spelling, where `scheme` is known and the check digit (if it has one) holds. */
  readonly value: string | null;
}

/** An affiliation of a person (DataCite property 2.5), with its ROR id if it has one. */
export interface Affiliation {
  readonly name: string | null;
  readonly affiliationIdentifier: string | null;
  readonly affiliationIdentifierScheme: string | null;
  readonly schemeUri: string | null;
  /** Bare ROR id (`01aj84f44`). */
  readonly ror: string | null;
}

/** The publisher (DataCite property 4). */
export interface Publisher {
  readonly name: string;
  readonly publisherIdentifier: string | null;
  readonly publisherIdentifierScheme: string | null;
  readonly schemeUri: string | null;
  readonly lang: string | null;
}

/** The type of the resource (DataCite property 10), and Zenodo's type and subtype if they are known. */
export interface ResourceType {
  /** `resourceTypeGeneral` as written; any value, the vocabulary grows. */
  readonly general: string | null;
  /** Text of the element. */
  readonly text: string | null;
  /** Zenodo's type and subtype (`publication` / `article`), with a fallback where (general, text) is not known. */
  readonly type: string | null;
  readonly subtype: string | null;
}

/** A keyword or a term of a vocabulary (DataCite property 6). */
export interface Subject {
  readonly subject: string;
  readonly subjectScheme: string | null;
  readonly schemeUri: string | null;
  readonly valueUri: string | null;
  readonly classificationCode: string | null;
  readonly lang: string | null;
}

/**
 * A date or interval as the source wrote it (EDTF or RKMS-ISO8601), with the first and last day it covers.
 * Days are `YYYY-MM-DD` (proleptic Gregorian, years as ISO 8601 counts them: `0000` is 1 BC, `-0024` is 25 BC), null when open or
 * not readable.
 */
export interface EdtfDate {
  readonly text: string;
  readonly start: string | null;
  readonly end: string | null;
}

/** A date of the resource (DataCite property 8), with its first and last day. */
export interface RecordDate extends EdtfDate {
  readonly dateType: string | null;
  readonly dateInformation: string | null;
}

/** The language of the resource (DataCite property 9), as sent and as ISO 639 codes. */
export interface Language {
  /** As written. */
  readonly text: string;
  /** ISO 639-3, where the text is a known code or English name. */
  readonly iso639_3: string | null;
  readonly iso639_1: string | null;
}

/** A further identifier of the resource itself (DataCite property 11). */
export interface AlternateIdentifier {
  readonly alternateIdentifier: string;
  readonly alternateIdentifierType: string | null;
}

/** An identifier of a related resource (DataCite property 12), with its DOI in normal form if it is one. */
export interface RelatedIdentifier {
  /** As written; empty elements are kept out. */
  readonly relatedIdentifier: string;
  readonly relatedIdentifierType: string | null;
  readonly relationType: string | null;
  readonly resourceTypeGeneral: string | null;
  readonly relatedMetadataScheme: string | null;
  readonly schemeUri: string | null;
  readonly schemeType: string | null;
  /** Kernel 4.7. */
  readonly relationTypeInformation: string | null;
  /** For a DOI, its bare lower-case form, whatever spelling (resolver URL, `doi:`) and declared type it came in. */
  readonly doi: string | null;
}

/** Kernel 4.4. Kept whole; stored as one JSON value, as nothing joins on its inside. */
export interface RelatedItem {
  readonly relatedItemType: string | null;
  readonly relationType: string | null;
  readonly relationTypeInformation: string | null;
  readonly relatedItemIdentifier: string | null;
  readonly relatedItemIdentifierType: string | null;
  readonly relatedMetadataScheme: string | null;
  readonly schemeUri: string | null;
  readonly schemeType: string | null;
  readonly titles: readonly Title[];
  readonly creators: readonly Person[];
  readonly contributors: readonly Contributor[];
  readonly publicationYear: string | null;
  readonly volume: string | null;
  readonly issue: string | null;
  readonly number: string | null;
  readonly numberType: string | null;
  readonly firstPage: string | null;
  readonly lastPage: string | null;
  readonly publisher: string | null;
  readonly edition: string | null;
}

/** A statement of rights (DataCite property 16): a licence or an access right. */
export interface Rights {
  readonly rights: string | null;
  readonly rightsUri: string | null;
  readonly rightsIdentifier: string | null;
  readonly rightsIdentifierScheme: string | null;
  readonly schemeUri: string | null;
  readonly lang: string | null;
  /** A licence, a statement of access (`info:eu-repo/semantics/…`) or a copyright statement. */
  readonly kind: 'licence' | 'access' | 'copyright';
  /** SPDX id in SPDX's own spelling (`CC-BY-4.0`), where the id or the URI names one. */
  readonly spdx: string | null;
}

/** A description (DataCite property 17), as sent and as plain text. */
export interface Description {
  /** As written, markup included. */
  readonly description: string;
  /** Markup removed if the source sends HTML (kernel 3 and 4.1 of legacy Zenodo, Dataverse, Figshare …), else equal to `description`. */
  readonly text: string;
  readonly descriptionType: string | null;
  readonly lang: string | null;
}

/** A funder and an award (DataCite property 19; funders of kernel 3 are read from contributors). */
export interface FundingReference {
  readonly funderName: string | null;
  readonly funderIdentifier: string | null;
  readonly funderIdentifierType: string | null;
  readonly schemeUri: string | null;
  readonly awardNumber: string | null;
  readonly awardUri: string | null;
  readonly awardTitle: string | null;
  /** Bare ROR id of the funder. */
  readonly funderRor: string | null;
  /** Crossref Funder ID as a bare DOI (`10.13039/501100000780`). */
  readonly funderDoi: string | null;
}

/** A point in degrees, WGS 84. */
export interface GeoPoint {
  readonly longitude: number;
  readonly latitude: number;
}

/** A place (DataCite property 18): a name, a point, a box, polygons. Degrees in WGS 84. */
export interface GeoLocation {
  readonly place: string | null;
  readonly point: GeoPoint | null;
  readonly box: { readonly west: number; readonly east: number; readonly south: number; readonly north: number } | null;
  readonly polygons: readonly { readonly points: readonly GeoPoint[]; readonly inPolygonPoint: GeoPoint | null }[];
}

/** Something odd in a record: it never stops the mapping. */
export interface MappingIssue {
  /** Stable, kebab-case: `orcid-check-digit`, `title-missing`, `date-not-readable` … */
  readonly code: string;
  /**
   * Where: element names and positions, `creators/0/nameIdentifier/1`. Positions are those of the mapped lists; an element that
   * was left out has the position of the next one kept.
   */
  readonly path: string;
  /** The offending value, cut at 500 characters. */
  readonly value: string | null;
  readonly severity: 'error' | 'warning' | 'info';
}

/** What the mapping returns; `metadata` is null only where no known payload was found, and then `issues` says so. */
export interface Mapped {
  readonly metadata: RecordMetadata | null;
  readonly issues: readonly MappingIssue[];
}

/**
 * The part of an XML element that the mapping reads. `oai` hands out such trees (`parseXml`); any other source will do.
 * Names are local names; `ns` is the namespace URI; attribute keys are local names, `xml:lang` is `xml:lang`.
 * `text` is the character data directly inside the element, undecorated, and `children` are its elements in order.
 */
export interface XmlElement {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** How much of its parent's `text` stands before the element; all of it if this is not known. */
  readonly at?: number;
}
