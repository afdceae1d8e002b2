import { append } from '../values/append.ts';
import { report } from './issues.ts';
import { recognise } from './name-identifiers.ts';
import type { Affiliation, Contributor, MappingIssue, NameIdentifier, Person, XmlElement } from '../record.ts';
import { attribute, oneLine, textOf } from '../values/text.ts';

interface Draft {
  name: string | null;
  nameType: string | null;
  givenName: string | null;
  familyName: string | null;
  lang: string | null;
  nameIdentifiers: NameIdentifier[];
  affiliations: Affiliation[];
}

/** The creators of a `creators` element, in order. */
export function readCreators(list: XmlElement, path: string, issues: MappingIssue[]): Person[] {
  const persons: Person[] = [];
  for (const element of list.children) {
    if (element.name === 'creator') append(persons, readPersons(element, path, persons.length, issues));
  }
  return persons;
}

/** The contributors of a `contributors` element, in order, the `Funder`s of kernel 3 included. */
export function readContributors(list: XmlElement, path: string, issues: MappingIssue[]): Contributor[] {
  const contributors: Contributor[] = [];
  for (const element of list.children) {
    if (element.name !== 'contributor') continue;
    const contributorType = attribute(element, 'contributorType');
    for (const person of readPersons(element, path, contributors.length, issues)) contributors.push({ ...person, contributorType });
  }
  return contributors;
}

/** One element is one person, but some depositors put several names into one element: a second name starts a second person. */
function readPersons(element: XmlElement, path: string, first: number, issues: MappingIssue[]): Person[] {
  const drafts: Draft[] = [newDraft()];
  let draft = drafts[0]!;
  for (const child of element.children) {
    if (isName(child) && draft.name !== null && textOf(child) !== null) {
      report(issues, 'creator-name-repeated', `${path}/${first + drafts.length}`, textOf(child));
      draft = newDraft();
      drafts.push(draft);
    }
    readPart(child, draft, `${path}/${first + drafts.length - 1}`, issues);
  }
  return drafts.flatMap((each, n) => toPerson(each, `${path}/${first + n}`, issues) ?? []);
}

function newDraft(): Draft {
  return { name: null, nameType: null, givenName: null, familyName: null, lang: null, nameIdentifiers: [], affiliations: [] };
}

function isName(element: XmlElement): boolean {
  return element.name === 'creatorName' || element.name === 'contributorName';
}

function readPart(element: XmlElement, draft: Draft, path: string, issues: MappingIssue[]): void {
  switch (element.name) {
    case 'creatorName':
    case 'contributorName':
      draft.name ??= textOf(element);
      draft.nameType ??= attribute(element, 'nameType');
      draft.lang ??= attribute(element, 'xml:lang');
      break;
    case 'givenName':
      draft.givenName ??= textOf(element);
      break;
    case 'familyName':
      draft.familyName ??= textOf(element);
      break;
    case 'nameIdentifier':
      readNameIdentifier(element, draft.nameIdentifiers, path, issues);
      break;
    case 'affiliation':
      readAffiliation(element, draft.affiliations, path, issues);
      break;
  }
}

function toPerson(draft: Draft, path: string, issues: MappingIssue[]): Person | null {
  const name = draft.name ?? oneLine([draft.familyName, draft.givenName].filter((part) => part !== null).join(', '));
  if (name === null) {
    report(issues, 'creator-name-missing', path);
    return null;
  }
  const orcid = draft.nameIdentifiers.find((each) => each.scheme === 'ORCID' && each.value !== null)?.value ?? null;
  const { nameType, givenName, familyName, lang, nameIdentifiers, affiliations } = draft;
  return { name, nameType, givenName, familyName, lang, orcid, nameIdentifiers, affiliations };
}

function readNameIdentifier(element: XmlElement, into: NameIdentifier[], path: string, issues: MappingIssue[]): void {
  const nameIdentifier = textOf(element);
  const at = `${path}/nameIdentifier/${into.length}`;
  if (nameIdentifier === null) {
    report(issues, 'name-identifier-empty', at);
    return;
  }
  const nameIdentifierScheme = attribute(element, 'nameIdentifierScheme');
  const schemeUri = attribute(element, 'schemeURI');
  const { scheme, value, fault } = recognise(nameIdentifier, nameIdentifierScheme, schemeUri);
  if (fault !== null) report(issues, fault, at, nameIdentifier);
  into.push({ nameIdentifier, nameIdentifierScheme, schemeUri, scheme, value });
}

function readAffiliation(element: XmlElement, into: Affiliation[], path: string, issues: MappingIssue[]): void {
  const name = textOf(element);
  const affiliationIdentifier = attribute(element, 'affiliationIdentifier');
  const at = `${path}/affiliation/${into.length}`;
  if (name === null && affiliationIdentifier === null) {
    report(issues, 'affiliation-empty', at);
    return;
  }
  const affiliationIdentifierScheme = attribute(element, 'affiliationIdentifierScheme');
  const schemeUri = attribute(element, 'schemeURI');
  const found = recognise(affiliationIdentifier ?? '', affiliationIdentifierScheme, schemeUri);
  if (affiliationIdentifier !== null && found.fault !== null) report(issues, found.fault, at, affiliationIdentifier);
  const ror = found.scheme === 'ROR' ? found.value : null;
  into.push({ name, affiliationIdentifier, affiliationIdentifierScheme, schemeUri, ror });
}
