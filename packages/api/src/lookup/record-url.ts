const PREFIX = /^\/api\/records\//;
/** Funders and awards have DOIs as their names. */
const TERM = /^(\/api\/(?:vocabularies\/[^/]+|funders|awards|grants|names|affiliations|subjects|licenses)\/)(.+?)\/?$/;
/** Of a DOI or Handle, and schemes and hosts before it. */
const PREFIX_ONLY = /^(?:(?:doi|hdl):|https?:\/{1,2}[^/]+\/?)?(?:\d+(?:\.\d+)+)?$/i;
const RESOURCE =
  /^(.+?)(\/(?:export\/[^/]+|versions\/latest|versions|files\/.+|files|files-archive|media-files|media-files-archive|communities|similar|history|compare|(?:draft|access|requests|request-access|quota|communities-suggestions|request-deletion|file-modification|quota-increase)(?:\/.+)?))?\/?$/;
/** The key of a file may have slashes too. */
const FILE = /^\/files\/(.+?)(\/(?:content|container))?$/;

/**
 * The URL with the slashes inside the name of a record or a funder encoded, as the router wants them: people write
 * `/api/records/10.5281/zenodo.1/export/bibtex`. Slashes that are one too many after `/api`, where programs put a base and a
 * path together, are taken out. All other URLs come back as they are.
 */
export function encodeRecordName(asked: string): string {
  const url = asked.replace(/^\/api\/{2,}/, '/api/');
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(url)!;
  const [, vocabulary, term] = TERM.exec(path) ?? [];
  if (vocabulary !== undefined && term !== undefined) return `${vocabulary}${term.replaceAll('/', '%2F')}${query}`;
  if (!PREFIX.test(path)) return url;
  const rest = path.replace(PREFIX, '');
  const [, name = '', resource = ''] = RESOURCE.exec(rest) ?? [];
  // `10.1234/versions` is a DOI, and `10.1234` only its prefix.
  const isName = resource === '' || !PREFIX_ONLY.test(decoded(name));
  const [whole, tail] = isName ? [name, resource] : [rest, ''];
  return `/api/records/${whole.replaceAll('/', '%2F')}${encodeKey(tail)}${query}`;
}

function encodeKey(resource: string): string {
  return resource.replace(FILE, (_, key: string, content = '') => `/files/${key.replaceAll('/', '%2F')}${content}`);
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}
