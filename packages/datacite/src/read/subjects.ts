import type { Subject, XmlElement } from '../record.ts';
import { attribute, textOf } from '../values/text.ts';

/** The subjects in order. A text holding a whole list (`a; b; c`) is one subject, as at the source. */
export function readSubjects(list: XmlElement): Subject[] {
  const subjects: Subject[] = [];
  for (const element of list.children) {
    const subject = element.name === 'subject' ? textOf(element) : null;
    if (subject !== null) subjects.push(toSubject(element, subject));
  }
  return subjects;
}

function toSubject(element: XmlElement, subject: string): Subject {
  return {
    subject,
    subjectScheme: attribute(element, 'subjectScheme'),
    schemeUri: attribute(element, 'schemeURI'),
    valueUri: attribute(element, 'valueURI'),
    classificationCode: attribute(element, 'classificationCode'),
    lang: attribute(element, 'xml:lang'),
  };
}
