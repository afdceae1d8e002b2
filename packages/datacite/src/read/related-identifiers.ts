import { normalizeDoi } from '../values/doi.ts';
import { report } from './issues.ts';
import type { AlternateIdentifier, MappingIssue, RelatedIdentifier, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

/** The related identifiers in order, concept DOI and communities included; empty elements (49 of 550 in 2024-09) are left out. */
export function readRelatedIdentifiers(list: XmlElement, issues: MappingIssue[]): RelatedIdentifier[] {
  const all: RelatedIdentifier[] = [];
  for (const element of list.children) {
    if (element.name !== 'relatedIdentifier') continue;
    const relatedIdentifier = textOf(element);
    const path = `relatedIdentifiers/${all.length}`;
    if (relatedIdentifier === null) report(issues, 'related-identifier-empty', path, attribute(element, 'relationType'));
    else all.push(toRelated(element, relatedIdentifier, path, issues));
  }
  return all;
}

function toRelated(element: XmlElement, relatedIdentifier: string, path: string, issues: MappingIssue[]): RelatedIdentifier {
  const doi = normalizeDoi(relatedIdentifier);
  const relatedIdentifierType = attribute(element, 'relatedIdentifierType');
  if (doi === null && isDoiType(relatedIdentifierType)) report(issues, 'related-doi-not-readable', path, relatedIdentifier);
  return {
    relatedIdentifier,
    relatedIdentifierType,
    relationType: attribute(element, 'relationType'),
    resourceTypeGeneral: attribute(element, 'resourceTypeGeneral'),
    relatedMetadataScheme: attribute(element, 'relatedMetadataScheme'),
    schemeUri: attribute(element, 'schemeURI'),
    schemeType: attribute(element, 'schemeType'),
    relationTypeInformation: attribute(element, 'relationTypeInformation'),
    doi,
  };
}

export function isDoiType(type: string | null): boolean {
  return type !== null && type.toUpperCase() === 'DOI';
}

/** The last DOI with that relation, as Zenodo appends its own after the depositor's. */
export function lastDoi(
  related: readonly RelatedIdentifier[],
  relationType: string,
  accept: (doi: string) => boolean = () => true,
): string | null {
  return (
    related.findLast(
      (each) => each.relationType === relationType && isDoiType(each.relatedIdentifierType) && each.doi !== null && accept(each.doi),
    )?.doi ?? null
  );
}

const ZENODO = '10.5281/zenodo.';

/**
 * The DOI for all versions. Kernel 4 has it as `IsVersionOf`. Legacy Zenodo rewrote that to `IsPartOf` in kernel 3, so
 * there it is the last one minted by Zenodo, and only a record whose own DOI is Zenodo's has one.
 */
export function conceptDoiOf(related: readonly RelatedIdentifier[], kernel: string | null, ownDoi: string | null): string | null {
  const rewritten = kernel !== null && Number.parseFloat(kernel) < 4;
  if (!rewritten) return lastDoi(related, 'IsVersionOf', (doi) => doi !== ownDoi);
  if (ownDoi === null || !ownDoi.startsWith(ZENODO)) return null;
  return lastDoi(related, 'IsPartOf', (doi) => doi.startsWith(ZENODO) && doi !== ownDoi);
}

export function readAlternateIdentifiers(list: XmlElement, issues: MappingIssue[]): AlternateIdentifier[] {
  const all: AlternateIdentifier[] = [];
  for (const element of list.children) {
    if (element.name !== 'alternateIdentifier') continue;
    const alternateIdentifier = textOf(element);
    if (alternateIdentifier === null) report(issues, 'alternate-identifier-empty', `alternateIdentifiers/${all.length}`);
    else all.push({ alternateIdentifier, alternateIdentifierType: attribute(element, 'alternateIdentifierType') });
  }
  return all;
}
