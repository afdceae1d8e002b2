import type { XmlElement } from '../record.ts';

const OAI_DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/';
const DUBLIN_CORE = /^(?:https?:\/\/purl\.org\/(?:dc|DC)\/.*|https?:\/\/www\.openarchives\.org\/OAI\/.*)?$/;
const QUALIFIED = new Set(['qualifieddc', 'qdc', 'oai_qdc', 'dcterms', 'oai_dcterms']);

/** Dublin Core with qualifiers, whatever the XML around it looks like. */
interface Statement {
  readonly element: string;
  readonly qualifier: string | null;
  readonly value: string;
  readonly lang: string | null;
}

/**
 * What DSpace and others send of Dublin Core in addition to `oai_dc`, as the `oai_dc` that they would make of it: `qdc` and `dcterms` (qualified Dublin Core),
 * `dim` and `xoai` (DSpace's own), and `dc` in the namespaces of its elements or of OAI-PMH 1. Null for everything else.
 */
export function asOaiDc(root: XmlElement): XmlElement | null {
  const statements = statementsOf(root);
  if (statements === null || statements.length === 0) return null;
  const children = statements.filter(({ element }) => element !== '').map(toElement);
  return { name: 'dc', ns: OAI_DC, attributes: {}, text: '', children };
}

function statementsOf(root: XmlElement): Statement[] | null {
  if (root.name === 'dc' && DUBLIN_CORE.test(root.ns)) return root.children.map(ofTerm);
  if (QUALIFIED.has(root.name)) return issuedFirst(root.children.map(ofTerm));
  if (root.name === 'dim' && root.ns.includes('dspace.org')) return issuedFirst(root.children.flatMap(ofDimField).map(simplified));
  if (root.name === 'metadata' && root.ns.includes('lyncode.com/xoai')) return issuedFirst(root.children.flatMap(ofXoai).map(simplified));
  return null;
}

/** The elements that the terms of `dcterms` refine. */
const REFINED: Readonly<Record<string, string>> = {
  alternative: 'title',
  abstract: 'description',
  tableOfContents: 'description',
  available: 'date',
  created: 'date',
  dateAccepted: 'date',
  dateCopyrighted: 'date',
  dateSubmitted: 'date',
  issued: 'date',
  modified: 'date',
  valid: 'date',
  extent: 'format',
  medium: 'format',
  bibliographicCitation: 'identifier',
  accessRights: 'rights',
  license: 'rights',
  rightsHolder: 'rights',
  spatial: 'coverage',
  temporal: 'coverage',
  conformsTo: 'relation',
  hasFormat: 'relation',
  hasPart: 'relation',
  hasVersion: 'relation',
  isFormatOf: 'relation',
  isPartOf: 'relation',
  isReferencedBy: 'relation',
  isReplacedBy: 'relation',
  isRequiredBy: 'relation',
  isVersionOf: 'relation',
  references: 'relation',
  replaces: 'relation',
  requires: 'relation',
};

function ofTerm(term: XmlElement): Statement {
  const element = REFINED[term.name];
  return {
    element: element ?? term.name,
    qualifier: element === undefined ? null : term.name,
    value: term.text,
    lang: term.attributes['xml:lang'] ?? null,
  };
}

/** `<dim:field mdschema="dc" element="contributor" qualifier="author" lang="en">` */
function ofDimField({ attributes, text }: XmlElement): Statement[] {
  const { mdschema, element = '', qualifier = '', lang } = attributes;
  if (mdschema !== 'dc' && mdschema !== 'dcterms') return [];
  return [{ element, qualifier: qualifier === '' ? null : qualifier, value: text, lang: lang ?? null }];
}

/** `element`s named by schema, element, qualifier if there is one, and language around `<field name="value">`. */
function ofXoai(schema: XmlElement): Statement[] {
  const name = schema.attributes['name'];
  if (schema.name !== 'element' || (name !== 'dc' && name !== 'dcterms')) return [];
  return schema.children.flatMap((element) => valuesUnder(element, []));
}

function valuesUnder(node: XmlElement, above: readonly string[]): Statement[] {
  const names = [...above, node.attributes['name'] ?? ''];
  return node.children.flatMap((child) => {
    if (child.name === 'element') return names.length < 4 ? valuesUnder(child, names) : [];
    if (child.name !== 'field' || child.attributes['name'] !== 'value') return [];
    const [element = '', ...rest] = names;
    const lang = rest.at(-1);
    return [{ element, qualifier: rest.length > 1 ? rest[0]! : null, value: child.text, lang: lang === 'none' ? null : (lang ?? null) }];
  });
}

/** As DSpace's own crosswalk to `oai_dc` has it, except the ISSN, which is that of the journal. */
function simplified(statement: Statement): Statement {
  const { element, qualifier } = statement;
  if (element === 'contributor' && qualifier === 'author') return { ...statement, element: 'creator' };
  if (element === 'description' && qualifier === 'provenance') return { ...statement, element: '' };
  if (element === 'identifier' && qualifier === 'issn') return { ...statement, element: 'source' };
  const refined = REFINED[element];
  return refined === undefined ? statement : { ...statement, element: refined, qualifier: element };
}

/** The day of issue goes before those of deposit and release, since in simple Dublin Core all of them are but dates. */
function issuedFirst(statements: readonly Statement[]): Statement[] {
  const isIssued = ({ qualifier }: Statement): boolean => qualifier === 'issued';
  return [...statements.filter(isIssued), ...statements.filter((each) => !isIssued(each))];
}

function toElement({ element, value, lang }: Statement): XmlElement {
  return {
    name: element,
    ns: 'http://purl.org/dc/elements/1.1/',
    attributes: lang === null ? {} : { 'xml:lang': lang },
    text: value,
    children: [],
  };
}
