import type { RecordFacts } from './record-facts.ts';

/** How this API names a record in a path: its number, if no other record has it; else `source:number` or its OAI identifier. */
export function recordPath({ uniqueName }: Pick<RecordFacts, 'uniqueName'>): string {
  return encodeURIComponent(uniqueName).replaceAll('%3A', ':');
}

/** The links of a record, by Zenodo's names where it has them; `source` is its page at the repository it came from. */
export function recordLinks(
  record: Pick<RecordFacts, 'recid' | 'oaiIdentifier' | 'uniqueName' | 'doi' | 'conceptDoi'>,
  origin: string,
): Record<string, string> {
  const path = recordPath(record);
  const self = `${origin}/api/records/${path}`;
  const html = `${origin}/records/${path}`;
  const source = sourcePage(record);
  return {
    self,
    html,
    self_html: html,
    ...(record.doi && { doi: `https://doi.org/${record.doi}`, self_doi: `https://doi.org/${record.doi}` }),
    ...(record.conceptDoi && { parent_doi: `https://doi.org/${record.conceptDoi}` }),
    versions: `${self}/versions`,
    latest: `${self}/versions/latest`,
    latest_html: `${html}/latest`,
    files: `${self}/files`,
    communities: `${self}/communities`,
    ...(source && { source }),
  };
}

/** Only Zenodo's page addresses are known; elsewhere the DOI leads there. */
function sourcePage({ oaiIdentifier, recid, doi }: Pick<RecordFacts, 'recid' | 'oaiIdentifier' | 'doi'>): string | null {
  const zenodo = /^oai:((?:sandbox\.)?zenodo\.org):\d+$/.exec(oaiIdentifier)?.[1];
  if (zenodo !== undefined) return `https://${zenodo}/records/${recid}`;
  return doi && `https://doi.org/${doi}`;
}
