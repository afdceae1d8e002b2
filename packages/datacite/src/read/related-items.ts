import { readContributors, readCreators } from './persons.ts';
import type { Contributor, MappingIssue, Person, RelatedItem, Title, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';
import { readTitles } from './titles.ts';

export function readRelatedItems(list: XmlElement, issues: MappingIssue[]): RelatedItem[] {
  const items: RelatedItem[] = [];
  for (const element of list.children) {
    if (element.name === 'relatedItem') items.push(readRelatedItem(element, `relatedItems/${items.length}`, issues));
  }
  return items;
}

function readRelatedItem(item: XmlElement, path: string, issues: MappingIssue[]): RelatedItem {
  const texts = new Map<string, string | null>();
  let identifier: XmlElement | undefined;
  let numberType: string | null = null;
  let titles: Title[] = [];
  let creators: Person[] = [];
  let contributors: Contributor[] = [];
  for (const child of item.children) {
    if (child.name === 'relatedItemIdentifier') identifier ??= child;
    else if (child.name === 'titles') titles = readTitles(child);
    else if (child.name === 'creators') creators = readCreators(child, `${path}/creators`, issues);
    else if (child.name === 'contributors') contributors = readContributors(child, `${path}/contributors`, issues);
    else texts.set(child.name, texts.get(child.name) ?? textOf(child));
    if (child.name === 'number') numberType ??= attribute(child, 'numberType');
  }
  const text = (name: string) => texts.get(name) ?? null;
  const ofIdentifier = (name: string) => (identifier === undefined ? null : attribute(identifier, name));
  return {
    relatedItemType: attribute(item, 'relatedItemType'),
    relationType: attribute(item, 'relationType'),
    relationTypeInformation: attribute(item, 'relationTypeInformation'),
    relatedItemIdentifier: identifier === undefined ? null : textOf(identifier),
    relatedItemIdentifierType: ofIdentifier('relatedItemIdentifierType'),
    relatedMetadataScheme: ofIdentifier('relatedMetadataScheme'),
    schemeUri: ofIdentifier('schemeURI'),
    schemeType: ofIdentifier('schemeType'),
    titles,
    creators,
    contributors,
    publicationYear: text('publicationYear'),
    volume: text('volume'),
    issue: text('issue'),
    number: text('number'),
    numberType,
    firstPage: text('firstPage'),
    lastPage: text('lastPage'),
    publisher: text('publisher'),
    edition: text('edition'),
  };
}
