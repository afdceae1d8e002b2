import { normalizeDoi } from '../values/doi.ts';

/** What of a record's OAI-PMH header bears on its metadata. */
export interface HeaderFacts {
  readonly identifier: string;
  readonly setSpecs: readonly string[];
}

const AFTER_PREFIX = /^(?:oai:[^:/\s]+:)?((?:doi:|info:doi\/|https?:\/\/(?:dx\.)?doi\.org\/)?10\.\d{4,9}\S*)$/i;

/**
 * The DOI that an OAI identifier is or ends in: `doi:10.5072/one` (DataCite's own OAI server, Dataverse: IQSS/dataverse#10909),
 * `oai:pangaea.de:doi:10.1594/PANGAEA.1`. Null for every other identifier.
 */
export function doiOfHeader({ identifier }: HeaderFacts): string | null {
  return normalizeDoi(AFTER_PREFIX.exec(identifier)?.[1] ?? null);
}

/**
 * Whether the record is Zenodo's, by its OAI identifier or its DOI. Zenodo has sent descriptions as plain text since it moved to
 * InvenioRDM, so that a tag in one is what its author typed; other repositories send HTML.
 */
export const isOfZenodo = ({ identifier }: HeaderFacts, doi: string | null): boolean =>
  /^oai:(?:zenodo\.org|openaire\.cern\.ch):/i.test(identifier) || (doi !== null && doi.startsWith('10.5281/zenodo.'));
