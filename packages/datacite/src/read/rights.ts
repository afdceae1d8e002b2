import { report } from './issues.ts';
import type { AccessRight, MappingIssue, Rights, XmlElement } from '../record.ts';
import { spdxOf } from './spdx.ts';
import { attribute, textOf } from '../values/text.ts';

const EU_REPO = /^info:eu-repo\/semantics\/(open|embargoed|restricted|closed)Access$/i;
const COAR = /purl\.org\/coar\/access_right\/(c_abf2|c_f1cf|c_16ec|c_14cb)/i;
const COAR_ACCESS: Readonly<Record<string, AccessRight>> = { c_abf2: 'open', c_f1cf: 'embargoed', c_16ec: 'restricted', c_14cb: 'closed' };
const IN_COPYRIGHT = /^https?:\/\/rightsstatements\.org\/(?:vocab|page)\/InC/i;

/** The `rights` of a `rightsList` (kernel 3 and later); kernel 2 has one `rights` directly in the resource. */
export function readRightsList(list: XmlElement, issues: MappingIssue[]): Rights[] {
  const all: Rights[] = [];
  for (const element of list.children) {
    if (element.name !== 'rights') continue;
    const rights = readRights(element);
    if (rights === null) report(issues, 'rights-empty', `rightsList/${all.length}`);
    else all.push(rights);
  }
  return all;
}

/** One `rights` element, classified; null when it is empty. */
export function readRights(element: XmlElement): Rights | null {
  const rights = textOf(element);
  const rightsUri = attribute(element, 'rightsURI');
  const rightsIdentifier = attribute(element, 'rightsIdentifier');
  if (rights === null && rightsUri === null && rightsIdentifier === null) return null;
  const kind = kindOf(rights, rightsUri);
  return {
    rights,
    rightsUri,
    rightsIdentifier,
    rightsIdentifierScheme: attribute(element, 'rightsIdentifierScheme'),
    schemeUri: attribute(element, 'schemeURI'),
    lang: attribute(element, 'xml:lang'),
    kind,
    spdx: kind === 'licence' ? spdxOf(rightsIdentifier, rightsUri, rights) : null,
  };
}

export function kindOf(rights: string | null, rightsUri: string | null): Rights['kind'] {
  if (accessIn(rightsUri) !== null || accessIn(rights) !== null) return 'access';
  return rightsUri !== null && IN_COPYRIGHT.test(rightsUri) ? 'copyright' : 'licence';
}

/** The access right of the first statement of access. If there is none (InvenioRDM until autumn 2025) nothing is known. */
export function accessRightOf(all: readonly Rights[]): AccessRight | null {
  const statement = all.find((each) => each.kind === 'access');
  return statement === undefined ? null : (accessIn(statement.rightsUri) ?? accessIn(statement.rights));
}

function accessIn(text: string | null): AccessRight | null {
  if (text === null) return null;
  const euRepo = EU_REPO.exec(text);
  if (euRepo !== null) return euRepo[1]!.toLowerCase() as AccessRight;
  const coar = COAR.exec(text);
  return coar === null ? null : COAR_ACCESS[coar[1]!.toLowerCase()]!;
}
