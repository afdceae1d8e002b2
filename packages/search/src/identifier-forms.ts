/** An identifier of a known scheme in its normal form. */
export interface IdentifierForm {
  readonly scheme: IdentifierScheme;
  /** With the scheme in front (`arxiv:2101.00001`), but for DOIs, ORCID iDs, ROR ids, OAI identifiers and URLs. */
  readonly form: string;
}

export type IdentifierScheme = keyof typeof SCHEMES;

interface Scheme {
  /** Names of the scheme in metadata, lower case without blanks. */
  readonly declared?: readonly string[];
  /** Patterns of a text that is recognised without a declared scheme. */
  readonly shown: readonly RegExp[];
  /** The pattern if the scheme is declared. */
  readonly bare?: RegExp;
  /** The normal form of the captured text; null if its check digit is wrong. */
  readonly form: (captured: string) => string | null;
}

const web = (rest: string): RegExp => new RegExp(`^(?:https?:\\/\\/)?(?:www\\.)?${rest}$`, 'i');
const ISBN = '(97[89](?:[\\s-]?\\d){10}|\\d(?:[\\s-]?\\d){8}[\\s-]?[\\dx])';
const ARXIV = '((?:\\d{4}\\.\\d{4,5}|[a-z-]+(?:\\.[a-z]{2})?\\/\\d{7})(?:v\\d+)?)';
/** Before April 2007 arXiv numbered within its archives. */
const ARXIV_ARCHIVE =
  '(?:acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-(?:ex|lat|ph|th)|math(?:-ph)?|mtrl-th|nlin|nucl-(?:ex|th)|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con)';
const SIXTEEN = '(\\d{4}[\\s-]?\\d{4}[\\s-]?\\d{4}[\\s-]?\\d{3}[\\dx])';
const lower = (prefix: string) => (captured: string) => prefix + captured.toLowerCase();

/** The first matching scheme counts, so the narrow ones come first. */
const SCHEMES = {
  doi: {
    declared: ['doi', 'crossreffunderid', 'crossreffunder', 'fundref'],
    shown: [
      /^(?:doi:\s*|info:doi\/|urn:doi:)?(10\.\d{4,9}(?:\.\d+)*\/\S+)$/i,
      web('(?:dx\\.)?doi\\.org\\/+(?:doi:)?(10\\.\\d{4,9}(?:\\.\\d+)*(?:\\/|%2f)\\S+)'),
    ],
    bare: /^(?:10\.13039\/)?((?:501)?10\d{7,10})$/,
    form: (captured) => (/^\d+$/.test(captured) ? `10.13039/${captured}` : decoded(captured).toLowerCase()),
  },
  orcid: {
    declared: ['orcid'],
    shown: [/^(?:orcid:\s*)?(\d{4}-\d{4}-\d{4}-\d{3}[\dx])$/i, web('orcid\\.org\\/(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dx])\\/?')],
    bare: new RegExp(`^${SIXTEEN}$`, 'i'),
    form: (captured) => hyphenated(compact(captured)),
  },
  isni: {
    declared: ['isni'],
    shown: [
      new RegExp(`^isni:?\\s*${SIXTEEN}$`, 'i'),
      web(`isni\\.org\\/(?:isni\\/)?${SIXTEEN}\\/?`),
      web(`isni-url\\.oclc\\.nl\\/isni\\/${SIXTEEN}`),
    ],
    bare: new RegExp(`^${SIXTEEN}$`, 'i'),
    form: (captured) => `isni:${compact(captured).toLowerCase()}`,
  },
  ror: {
    declared: ['ror'],
    shown: [web('ror\\.org\\/(0[a-z0-9]{6}\\d\\d)\\/?'), /^ror:\s*(0[a-z0-9]{6}\d\d)$/i],
    bare: /^(0[a-z0-9]{6}\d\d)$/i,
    form: lower(''),
  },
  gnd: {
    declared: ['gnd'],
    shown: [web('d-nb\\.info\\/gnd\\/(\\d{1,10}-?[\\dx])\\/?'), /^gnd:\s*(\d{1,10}-?[\dx])$/i, /^\(DE-588\)\s*(\d{1,10}-?[\dx])$/i],
    bare: /^(\d{1,10}-?[\dx])$/i,
    form: lower('gnd:'),
  },
  arxiv: {
    declared: ['arxiv'],
    shown: [
      new RegExp(`^(?:arxiv:\\s*|info:arxiv\\/)${ARXIV}$`, 'i'),
      web(`(?:export\\.)?arxiv\\.org\\/(?:abs|pdf|html)\\/${ARXIV}(?:\\.pdf)?\\/?`),
      /^(\d{4}\.\d{4,5}(?:v\d+)?)$/i,
      new RegExp(`^(${ARXIV_ARCHIVE}(?:\\.[a-z]{2})?\\/\\d{7}(?:v\\d+)?)$`, 'i'),
    ],
    bare: new RegExp(`^${ARXIV}$`, 'i'),
    form: lower('arxiv:'),
  },
  isbn: {
    declared: ['isbn', 'isbn-13', 'isbn-10'],
    shown: [new RegExp(`^(?:urn:)?isbn(?:-1[03])?:?\\s*${ISBN}$`, 'i'), /^(97[89](?:[\s-]?\d){10})$/, /^(\d+-\d+-\d+-[\dx])$/i],
    bare: new RegExp(`^${ISBN}$`, 'i'),
    form: (captured) => isbn13(compact(captured)),
  },
  issn: {
    declared: ['issn', 'eissn', 'lissn', 'pissn'],
    shown: [
      /^(?:urn:)?[ep]?issn:?\s*(\d{4}-?\d{3}[\dx])$/i,
      web('portal\\.issn\\.org\\/resource\\/issn\\/(\\d{4}-?\\d{3}[\\dx])\\/?'),
      /^(?!(?:1[5-9]|20)\d\d-(?:1[5-9]|20)\d\d$)(\d{4}-\d{3}[\dx])$/i,
    ],
    bare: /^(\d{4}-?\d{3}[\dx])$/i,
    form: (captured) => issn(compact(captured)),
  },
  swhid: {
    declared: ['swhid'],
    shown: [/^(swh:1:[a-z]+:[\da-f]{40})(?:;\S*)?$/i, web('archive\\.softwareheritage\\.org\\/(swh:1:[a-z]+:[\\da-f]{40})(?:;\\S*)?\\/?')],
    form: lower(''),
  },
  pmid: {
    declared: ['pmid', 'pubmed'],
    shown: [
      /^(?:pmid:?\s*|info:pmid\/)(\d{1,9})$/i,
      web('(?:pubmed\\.ncbi\\.nlm\\.nih\\.gov|ncbi\\.nlm\\.nih\\.gov\\/pubmed)\\/(\\d{1,9})\\/?'),
    ],
    bare: /^(\d{1,9})$/,
    form: (captured) => `pmid:${captured.replace(/^0+(?=\d)/, '')}`,
  },
  pmcid: {
    declared: ['pmcid', 'pmc'],
    shown: [
      /^(?:pmcid:?\s*)?pmc(\d{3,9})$/i,
      /^pmcid:\s*(\d{3,9})$/i,
      web('(?:ncbi\\.nlm\\.nih\\.gov\\/pmc|pmc\\.ncbi\\.nlm\\.nih\\.gov)\\/articles\\/pmc(\\d{3,9})\\/?'),
    ],
    bare: /^(\d{3,9})$/,
    form: lower('pmcid:pmc'),
  },
  ark: {
    declared: ['ark'],
    shown: [/^ark:\/?(\d{5,9}\/\S+)$/i, /^https?:\/\/[^/]+\/ark:\/?(\d{5,9}\/\S+)$/i],
    bare: /^(\d{5,9}\/\S+)$/,
    form: (captured) => `ark:${captured.toLowerCase().replaceAll('-', '').replace(/\/+$/, '')}`,
  },
  handle: {
    declared: ['handle', 'hdl'],
    shown: [/^(?:hdl:\s*|info:hdl\/)([^\s/]+\/\S+)$/i, web('hdl\\.handle\\.net\\/([^\\s/]+\\/\\S+)')],
    bare: /^(\d[\d.]*\/\S+)$/,
    form: (captured) =>
      /^10\.\d{4,9}(?:\.\d+)*\/\S/.test(captured) ? decoded(captured).toLowerCase() : `hdl:${decoded(captured).toLowerCase()}`,
  },
  oai: { declared: ['oai'], shown: [/^(oai:\S+)$/i], form: lower('') },
  urn: {
    declared: ['urn'],
    shown: [/^(urn:\S+)$/i, web('(?:nbn-resolving\\.(?:org|de)|resolver\\.kb\\.nl)\\/(urn:\\S+?)\\/?')],
    form: lower(''),
  },
  url: {
    declared: ['url', 'purl', 'w3id'],
    shown: [/^([a-z][a-z0-9+.-]*:\/\/\S+)$/i, /^((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/\S*)$/i],
    bare: /^((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)$/i,
    form: (captured) => address(captured),
  },
} as const satisfies Readonly<Record<string, Scheme>>;

const ORDER = Object.entries(SCHEMES) as readonly (readonly [IdentifierScheme, Scheme])[];

/**
 * The normal form of a text that is one identifier, whatever its spelling: resolver, prefix, case, hyphens, ISBN-10 or -13,
 * port, trailing slash, http or https. `declared` is the scheme that the metadata name; it counts where the text shows none. Null for
 * a text that is no identifier. Pure; the normal form of a normal form is the same.
 */
export function identifierForm(text: string, declared: string | null = null): IdentifierForm | null {
  const trimmed = text.trim();
  const shown = shownForm(trimmed);
  const name = declared?.toLowerCase().replace(/\s/g, '');
  if (name === undefined || (shown !== null && SCHEMES[shown.scheme] !== SCHEMES.url && hasPrefix(trimmed))) return shown;
  const named = ORDER.filter(([, scheme]) => scheme.declared?.includes(name));
  return firstForm(named, trimmed, ({ bare }) => (bare === undefined ? [] : [bare])) ?? shown;
}

/** `identifierForm`, or the text in lower case if its scheme is unknown: the form that the index compares. */
export function comparableIdentifier(text: string, declared: string | null = null): string {
  return identifierForm(text, declared)?.form ?? text.trim().toLowerCase();
}

/** The first DOI within a text, such as a bibliographic reference, in its normal form; null if there is none. Pure. */
export function doiWithin(text: string): string | null {
  const found = /\b10\.\d{4,9}(?:\.\d+)*\/[^\s"<>]+/.exec(text)?.[0].replace(/[.,;:'\u2019\u201d\]}]+$/, '');
  if (found === undefined) return null;
  const isOpen = found.split('(').length >= found.split(')').length;
  return identifierForm(isOpen ? found : found.replace(/\)[^()]*$/, ''), 'DOI')?.form ?? null;
}

/** Applied repeatedly, since the normal form of a URL may itself be the URL of an identifier. */
function shownForm(text: string): IdentifierForm | null {
  const found = firstForm(ORDER, text, ({ shown: patterns }) => patterns);
  return found === null || found.form === text ? found : (shownForm(found.form) ?? found);
}

function firstForm(
  schemes: readonly (readonly [IdentifierScheme, Scheme])[],
  text: string,
  patternsOf: (scheme: Scheme) => readonly RegExp[],
): IdentifierForm | null {
  for (const [scheme, entry] of schemes)
    for (const pattern of patternsOf(entry)) {
      const captured = pattern.exec(text)?.[1];
      const form = captured === undefined ? null : entry.form(captured);
      if (form !== null) return { scheme, form };
    }
  return null;
}

function hasPrefix(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:|^10\.\d{4,9}(?:\.\d+)*\//i.test(text);
}

function compact(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

function hyphenated(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, '$1-');
}

/** Decodes until nothing changes: some links are encoded twice. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : decoded(once);
  } catch {
    return text;
  }
}

/** An ISBN-10 is the ISBN-13 that begins with 978. */
function isbn13(digits: string): string | null {
  if (digits.length === 13) return checkDigit13(digits.slice(0, 12)) === digits[12] ? `isbn:${digits}` : null;
  if (digits.length !== 10 || weighted(digits) % 11 !== 0) return null;
  const twelve = `978${digits.slice(0, 9)}`;
  return `isbn:${twelve}${checkDigit13(twelve)}`;
}

function checkDigit13(twelve: string): string {
  const sum = Array.from(twelve).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

function issn(digits: string): string | null {
  return weighted(digits) % 11 === 0 ? `issn:${digits.slice(0, 4)}-${digits.slice(4)}`.toLowerCase() : null;
}

/** The sum of the digits, weighted from the right with 1, 2, 3 …; X is 10. */
function weighted(digits: string): number {
  return Array.from(digits).reduce((sum, digit, index) => sum + (digit === 'X' ? 10 : Number(digit)) * (digits.length - index), 0);
}

/** http and https are one; the default port, an empty fragment and slashes at the end do not count. Letters are compared in lower case. */
function address(text: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null) return text.toLowerCase();
  if (url.protocol === 'http:') url.protocol = 'https:';
  const href = url.host === '' ? url.href : url.href.replace(/[#?/]+$/, '');
  return href.toLowerCase().replace(/^https:\/\/(?:www\.)?zenodo\.org\/(?:api\/)?records?\/(\d+)$/, 'https://zenodo.org/records/$1');
}
