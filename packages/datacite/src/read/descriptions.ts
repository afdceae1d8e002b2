import { append } from '../values/append.ts';
import { htmlToText, isHtml } from '../values/html.ts';
import { report } from './issues.ts';
import type { Description, MappingIssue, XmlElement } from '../record.ts';
import { attribute, deepText, isBlank, oneLine } from '../values/text.ts';

/**
 * The descriptions of a `descriptions` element as written. `html` says whether the source sends HTML: legacy Zenodo always did,
 * today's never does (its plain text may hold `<1 m` or pasted tags that belong to it), and others do or do not.
 */
export function readDescriptions(list: XmlElement, html: 'always' | 'maybe' | 'never'): Description[] {
  const descriptions: Description[] = [];
  for (const element of list.children) {
    if (element.name !== 'description') continue;
    const description = deepText(element);
    if (isBlank(description)) continue;
    descriptions.push({
      description,
      text: html === 'always' || (html === 'maybe' && isHtml(description)) ? htmlToText(description) : description,
      descriptionType: attribute(element, 'descriptionType'),
      lang: attribute(element, 'xml:lang'),
    });
  }
  return descriptions;
}

/** The first Abstract with text, else the first description with text; the JSON list of references is neither. */
export function mainDescription(descriptions: readonly Description[]): string | null {
  const readable = descriptions.filter((each) => !isBlank(each.text) && !isReferenceList(each.description));
  return (readable.find((each) => each.descriptionType === 'Abstract') ?? readable[0])?.text ?? null;
}

/** The cited works that legacy Zenodo put as `{"references": […]}` into an Other description, cut at 20,000 characters. */
export function readReferences(descriptions: readonly Description[], issues: MappingIssue[]): string[] {
  const references: string[] = [];
  for (const [n, { description }] of descriptions.entries()) {
    if (isReferenceList(description)) append(references, parseReferences(description, `descriptions/${n}`, issues));
  }
  return references;
}

const REFERENCES = /^\s*\{\s*"references"\s*:/;

function isReferenceList(description: string): boolean {
  return REFERENCES.test(description);
}

function parseReferences(json: string, path: string, issues: MappingIssue[]): string[] {
  const whole = tryParse(json);
  if (whole !== null) return whole;
  report(issues, 'references-not-json', path, json);
  const lastWhole = json.lastIndexOf('", "');
  return lastWhole === -1 ? [] : (tryParse(`${json.slice(0, lastWhole)}"]}`) ?? []);
}

function tryParse(json: string): string[] | null {
  try {
    const { references } = JSON.parse(json) as { references?: unknown };
    if (!Array.isArray(references)) return null;
    return references.flatMap((each) => oneLine(typeof each === 'string' ? each : undefined) ?? []);
  } catch {
    return null;
  }
}
