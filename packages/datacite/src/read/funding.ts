import { normalizeDoi } from '../values/doi.ts';
import { report } from './issues.ts';
import { rorOf } from './name-identifiers.ts';
import type { Contributor, FundingReference, MappingIssue, NameIdentifier, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

export function readFundingReferences(list: XmlElement, issues: MappingIssue[]): FundingReference[] {
  const all: FundingReference[] = [];
  for (const element of list.children) {
    if (element.name !== 'fundingReference') continue;
    const reference = readFundingReference(element);
    const path = `fundingReferences/${all.length}`;
    if (reference === null) report(issues, 'funding-empty', path);
    else if (reference.funderName === null) report(issues, 'funder-name-missing', path, reference.awardNumber);
    if (reference !== null) all.push(reference);
  }
  return all;
}

function readFundingReference(element: XmlElement): FundingReference | null {
  const child = (name: string) => element.children.find((each) => each.name === name);
  const name = child('funderName');
  const identifier = child('funderIdentifier');
  const award = child('awardNumber');
  const title = child('awardTitle');
  const funderIdentifier = identifier === undefined ? null : textOf(identifier);
  const funderIdentifierType = identifier === undefined ? null : attribute(identifier, 'funderIdentifierType');
  const schemeUri = identifier === undefined ? null : attribute(identifier, 'schemeURI');
  const reference: FundingReference = {
    funderName: name === undefined ? null : textOf(name),
    funderIdentifier,
    funderIdentifierType,
    schemeUri,
    awardNumber: award === undefined ? null : textOf(award),
    awardUri: award === undefined ? null : attribute(award, 'awardURI'),
    awardTitle: title === undefined ? null : textOf(title),
    funderRor: rorOf(funderIdentifier, funderIdentifierType, schemeUri),
    funderDoi: funderDoiOf(funderIdentifier, funderIdentifierType, schemeUri),
  };
  const { funderName, awardNumber, awardUri, awardTitle } = reference;
  return funderName === null && funderIdentifier === null && awardNumber === null && awardUri === null && awardTitle === null
    ? null
    : reference;
}

const FUNDER_NUMBER = /^(?:(?:fundref|funder(?:\s+id)?)[\s:]*)?(\d{6,12})$/i;
const FUNDER_PATH = /10\.13039\/(\d{6,12})\/?$/;
const FUNDER_REGISTRY = /crossref|fundref|10\.13039/i;

/**
 * A Crossref Funder ID as a bare DOI. The registry is a set of DOIs under 10.13039; the bare number (datacite/bolognese#143) and
 * the registry's data URLs (`https://data.crossref.org/fundingdata/funder/10.13039/501100000780`) are met, too.
 */
function funderDoiOf(identifier: string | null, type: string | null, schemeUri: string | null): string | null {
  if (identifier === null) return null;
  const doi = normalizeDoi(identifier);
  if (doi !== null) return doi.startsWith('10.13039/') ? doi : null;
  const isRegistry = FUNDER_REGISTRY.test(`${type} ${schemeUri}`);
  const number = FUNDER_PATH.exec(identifier)?.[1] ?? (isRegistry ? FUNDER_NUMBER.exec(identifier)?.[1] : undefined);
  return number === undefined ? null : `10.13039/${number}`;
}

const GRANT_AGREEMENT = /^info:eu-repo\/grantAgreement\/(.+)$/i;

/**
 * Kernel 3 has no funding references: legacy Zenodo wrote each grant as a contributor of type `Funder`, identified by
 * `info:eu-repo/grantAgreement/FUNDER/PROGRAMME/NUMBER/`. Such a contributor stays one, since it is an element of
 * the record, and its grant is given as a funding reference, too.
 */
export function fundingFromContributors(contributors: readonly Contributor[]): FundingReference[] {
  return contributors.filter((each) => each.contributorType === 'Funder').flatMap(grantsOf);
}

function grantsOf(funder: Contributor): FundingReference[] {
  const grants = funder.nameIdentifiers.filter((each) => GRANT_AGREEMENT.test(each.nameIdentifier));
  const uris = grants.length === 0 ? [null] : grants.map((each) => each.nameIdentifier);
  const identifier = funder.nameIdentifiers.find((each) => each.value !== null || funderDoi(each) !== null);
  return uris.map((awardUri) => ({
    funderName: funder.name,
    funderIdentifier: identifier?.nameIdentifier ?? null,
    funderIdentifierType: identifier?.nameIdentifierScheme ?? null,
    schemeUri: identifier?.schemeUri ?? null,
    awardNumber: awardUri === null ? null : awardNumberOf(awardUri),
    awardUri,
    awardTitle: null,
    funderRor: identifier?.scheme === 'ROR' ? identifier.value : null,
    funderDoi: identifier === undefined ? null : funderDoi(identifier),
  }));
}

const funderDoi = (it: NameIdentifier): string | null => funderDoiOf(it.nameIdentifier, it.nameIdentifierScheme, it.schemeUri);

/**
 * The number in `info:eu-repo/grantAgreement/Funder/Programme/Number[/Jurisdiction/Name/Acronym]`. Numbers of some funders hold
 * slashes themselves (`ST/M001296/1`), so parts up to an empty one or a country belong to it.
 */
export function awardNumberOf(uri: string): string | null {
  const parts = GRANT_AGREEMENT.exec(uri)?.[1]?.split('/').slice(2) ?? [];
  const end = parts.findIndex((part, n) => part.trim() === '' || (n > 0 && /^[A-Z]{2}$/.test(part)));
  const number = parts
    .slice(0, end === -1 ? undefined : end)
    .join('/')
    .trim();
  return number === '' ? null : decoded(number);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
