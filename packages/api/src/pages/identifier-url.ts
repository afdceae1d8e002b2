/** The address that an identifier of that scheme leads to; null if there is none that is sure. */
export function identifierUrl(identifier: string, scheme: string | null): string | null {
  const text = scheme === 'ISNI' ? identifier.replace(/\s/g, '') : identifier.trim();
  if (/^https?:\/\/\S+$/i.test(text)) return text;
  const make = URLS[(scheme ?? '').toLowerCase()] ?? (/^10\.\d{4,9}\//.test(text) ? URLS['doi'] : undefined);
  return make === undefined || /\s/.test(text) ? null : make(text);
}

const path = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
const bare = (text: string, prefix: RegExp): string => text.replace(prefix, '');

const URLS: Readonly<Record<string, (identifier: string) => string>> = {
  doi: (text) => `https://doi.org/${path(bare(text, /^doi:/i))}`,
  handle: (text) => `https://hdl.handle.net/${path(bare(text, /^hdl:/i))}`,
  arxiv: (text) => `https://arxiv.org/abs/${path(bare(text, /^arxiv:/i))}`,
  pmid: (text) => `https://pubmed.ncbi.nlm.nih.gov/${path(bare(text, /^pmid:/i))}`,
  bibcode: (text) => `https://ui.adsabs.harvard.edu/abs/${path(text)}`,
  ark: (text) => `https://n2t.net/${path(text)}`,
  issn: (text) => `https://portal.issn.org/resource/ISSN/${path(bare(text, /^issn:?/i))}`,
  eissn: (text) => `https://portal.issn.org/resource/ISSN/${path(bare(text, /^issn:?/i))}`,
  urn: (text) => `https://nbn-resolving.org/${path(text)}`,
  orcid: (text) => `https://orcid.org/${path(text)}`,
  ror: (text) => `https://ror.org/${path(text)}`,
  gnd: (text) => `https://d-nb.info/gnd/${path(text)}`,
  isni: (text) => `https://isni.org/isni/${path(text)}`,
  w3id: (text) => `https://w3id.org/${path(text)}`,
  purl: (text) => (text.startsWith('purl.') ? `https://${text}` : `https://purl.org/${path(text)}`),
};
