import { stringify } from 'yaml';
import { citedName } from './cited-name.ts';
import { citationType } from './citation-types.ts';
import { landingUrl } from './citation-parts.ts';
import { present } from './present.ts';
import type { Person, RecordMetadata } from '../record.ts';

/** The record as a `CITATION.cff` (Citation File Format 1.2.0). The format requires a title and an author: both may be `unknown`. */
export function toCff(metadata: RecordMetadata): string {
  const { start, end } = metadata.publicationDate ?? { start: null, end: null };
  const authors = metadata.creators.map(author);
  const licence = metadata.rights.find((one) => one.spdx !== null)?.spdx;
  return stringify({
    'cff-version': '1.2.0',
    message: 'If you use this, please cite it as below.',
    type: citationType(metadata.resourceType).schemaOrg === 'Dataset' ? 'dataset' : 'software',
    title: metadata.title ?? 'unknown',
    authors: authors.length === 0 ? [{ name: 'unknown' }] : authors,
    ...present({
      abstract: metadata.description,
      // A year or a month is no date of this format.
      'date-released': start !== null && start === end ? start : null,
      doi: metadata.doi,
      url: metadata.doi === null ? landingUrl(metadata) : null,
      license: licence,
      version: metadata.version,
      keywords: metadata.subjects.length === 0 ? null : [...new Set(metadata.subjects.map((one) => one.subject))],
    }),
  });
}

function author(person: Person): Record<string, unknown> {
  const name = citedName(person);
  const parts = 'literal' in name ? { name: name.literal } : { 'family-names': name.family, 'given-names': name.given };
  const isEntity = 'literal' in name;
  return {
    ...parts,
    ...present({
      affiliation: isEntity ? null : person.affiliations[0]?.name,
      orcid: person.orcid === null ? null : `https://orcid.org/${person.orcid}`,
    }),
  };
}
