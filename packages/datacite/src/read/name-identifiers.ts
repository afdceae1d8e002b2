import { holdsGnd, holdsMod11_2, holdsRor } from './check-digits.ts';
import type { IssueCode } from './issues.ts';

interface Scheme {
  /** Where such identifiers live as URLs. */
  readonly host: RegExp;
  /** Captures the identifier's parts at the end of a value. */
  readonly shape: RegExp;
  readonly usual: (parts: RegExpExecArray) => string;
  readonly holds?: (value: string) => boolean;
  readonly fault?: IssueCode;
}

const SIXTEEN = '(\\d{4})[\\s-]*(\\d{4})[\\s-]*(\\d{4})[\\s-]*(\\d{3}[\\dXx])';

const SCHEMES: Readonly<Record<string, Scheme>> = {
  ORCID: {
    host: /\borcid\.org\b/i,
    shape: new RegExp(`(?:^|[^\\dXx])${SIXTEEN}/?$`),
    usual: (parts) => parts.slice(1).join('-').toUpperCase(),
    holds: (value) => holdsMod11_2(value.replaceAll('-', '')),
    fault: 'orcid-check-digit',
  },
  ISNI: {
    host: /\bisni\.org\b/i,
    shape: new RegExp(`(?:^|[^\\dXx])${SIXTEEN}/?$`),
    usual: (parts) => parts.slice(1).join('').toUpperCase(),
    holds: holdsMod11_2,
    fault: 'isni-check-digit',
  },
  GND: {
    host: /\bd-nb\.info\b/i,
    shape: /(?:^|[^\d])(\d{2,10}-?[\dXx])\/?$/,
    usual: (parts) => parts[1]!.toUpperCase(),
    holds: holdsGnd,
    fault: 'gnd-check-digit',
  },
  ROR: {
    host: /\bror\.org\b/i,
    shape: /(?:^|[^\da-z])(0[a-hj-km-np-tv-z0-9]{6}\d{2})\/?$/i,
    usual: (parts) => parts[1]!.toLowerCase(),
    holds: holdsRor,
    fault: 'ror-check-digit',
  },
  VIAF: { host: /\bviaf\.org\b/i, shape: /(?:^|\D)(\d{1,22})\/?$/, usual: (parts) => parts[1]! },
  WIKIDATA: { host: /\bwikidata\.org\b/i, shape: /(?:^|[^\da-z])(Q[1-9]\d*)\/?$/i, usual: (parts) => parts[1]!.toUpperCase() },
  GRID: { host: /\bgrid\.ac\b/i, shape: /(?:^|[^\da-z])(grid\.\d+\.[\da-f]+)\/?$/i, usual: (parts) => parts[1]!.toLowerCase() },
};
const NAMES = Object.keys(SCHEMES);
const ORCID_FORM = /^\d{4}-\d{4}-\d{4}-\d{3}[\dXx]$/;
const GRID_FORM = /^grid\.\d+\.[\da-f]+$/i;

export interface Recognised {
  readonly scheme: string | null;
  readonly value: string | null;
  /** Why `value` is null although the scheme is known. */
  readonly fault: IssueCode | null;
}

const UNKNOWN: Recognised = { scheme: null, value: null, fault: null };

/**
 * Finds the scheme of an identifier of a person or organisation (by the declared scheme, then the URL it is
 * written as, then the schemeURI, then its form) and brings it into that scheme's usual bare spelling: ORCID with
 * hyphens, ISNI without blanks, ROR in lower case.
 */
export function recognise(value: string, declared: string | null, schemeUri: string | null): Recognised {
  const name = schemeOf(value, declared, schemeUri);
  if (name === null) return UNKNOWN;
  const scheme = SCHEMES[name]!;
  const parts = scheme.shape.exec(value);
  if (parts === null) return { scheme: name, value: null, fault: 'name-identifier-not-readable' };
  const usual = scheme.usual(parts);
  if (scheme.holds !== undefined && !scheme.holds(usual)) return { scheme: name, value: null, fault: scheme.fault! };
  return { scheme: name, value: usual, fault: null };
}

/** The bare ROR id of an organisation's identifier, null when it is none or its checksum does not hold. */
export function rorOf(value: string | null, declared: string | null, schemeUri: string | null): string | null {
  if (value === null) return null;
  const found = recognise(value, declared, schemeUri);
  return found.scheme === 'ROR' ? found.value : null;
}

function schemeOf(value: string, declared: string | null, schemeUri: string | null): string | null {
  if (declared !== null) {
    if (Object.hasOwn(SCHEMES, declared)) return declared;
    const upper = declared.toUpperCase();
    if (Object.hasOwn(SCHEMES, upper)) return upper;
  }
  return byHost(value) ?? (schemeUri === null ? null : byHost(schemeUri)) ?? byForm(value);
}

function byHost(url: string): string | null {
  if (!url.includes('.')) return null;
  return NAMES.find((name) => SCHEMES[name]!.host.test(url)) ?? null;
}

function byForm(value: string): string | null {
  if (ORCID_FORM.test(value)) return 'ORCID';
  return GRID_FORM.test(value) ? 'GRID' : null;
}
