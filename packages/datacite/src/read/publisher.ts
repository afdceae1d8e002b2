import type { Publisher, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

/** The publisher with what kernel 4.5 added; null without a name. */
export function readPublisher(element: XmlElement): Publisher | null {
  const name = textOf(element);
  if (name === null) return null;
  return {
    name,
    publisherIdentifier: attribute(element, 'publisherIdentifier'),
    publisherIdentifierScheme: attribute(element, 'publisherIdentifierScheme'),
    schemeUri: attribute(element, 'schemeURI'),
    lang: attribute(element, 'xml:lang'),
  };
}
