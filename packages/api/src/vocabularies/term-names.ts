import { funderDoiOf, funderRorOf } from '../terms/funder-dois.ts';

const RESOLVER = /^(?:https?:\/{1,2}(?:www\.)?(?:ror\.org|orcid\.org|(?:dx\.)?doi\.org|isni\.org\/isni)\/|(?:doi|ror|orcid):)/i;

/**
 * What a term of a vocabulary may be called here by the name it has at Zenodo or elsewhere, the likeliest first: identifiers with and
 * without their resolver, funders by ROR and by Crossref Funder ID, in the names of awards too, licences in any case. Pure.
 */
export function namesOfTerm(vocabulary: string, id: string): string[] {
  const bare = id.trim().replace(RESOLVER, '');
  const names = [id, bare, ...(LOWER.has(vocabulary) ? [bare.toLowerCase()] : [])];
  if (vocabulary === 'funders') return distinct([...names, ...otherFunder(bare)]);
  if (vocabulary !== 'awards') return distinct(names);
  const [, funder, number] = /^(.+?)::(.+)$/s.exec(bare) ?? [];
  if (funder === undefined) return distinct(names);
  const awards = [funder, funder.replace(RESOLVER, ''), ...otherFunder(funder.replace(RESOLVER, ''))].map((one) => `${one}::${number}`);
  return distinct([...names, ...awards]);
}

const LOWER = new Set(['licenses', 'languages', 'resourcetypes', 'funders', 'affiliations']);

function otherFunder(id: string): string[] {
  const isDoi = id.startsWith('10.');
  const named = { funderDoi: isDoi ? id.toLowerCase() : null, funderRor: isDoi ? null : id.toLowerCase() };
  const other = isDoi ? funderRorOf(named) : funderDoiOf(named);
  return other === null ? [] : [other];
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];
