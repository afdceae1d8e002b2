import type { Title, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

export function readTitles(list: XmlElement): Title[] {
  const titles: Title[] = [];
  for (const element of list.children) {
    const title = element.name === 'title' ? textOf(element) : null;
    if (title !== null) titles.push({ title, titleType: attribute(element, 'titleType'), lang: attribute(element, 'xml:lang') });
  }
  return titles;
}

/** The first title without a type, else the first title. */
export function mainTitle(titles: readonly Title[]): string | null {
  return (titles.find((each) => each.titleType === null) ?? titles[0])?.title ?? null;
}
