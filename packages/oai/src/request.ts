import type { ListVerb } from './page.ts';

/** The arguments of each verb. With a `resumptionToken` nothing but `verb` may accompany it (OAI-PMH 2.0, section 4). */
export type RequestArguments =
  | { readonly verb: 'Identify' }
  | { readonly verb: 'ListMetadataFormats'; readonly identifier?: string }
  | { readonly verb: 'ListSets' }
  | { readonly verb: 'GetRecord'; readonly identifier: string; readonly metadataPrefix: string }
  | ListArguments
  | { readonly verb: ListVerb | 'ListSets'; readonly resumptionToken: string };

/** The first request of a list. `from` and `until` are datestamps in the granularity of the repository, both inclusive. */
export interface ListArguments {
  readonly verb: ListVerb;
  readonly metadataPrefix: string;
  readonly from?: string;
  readonly until?: string;
  readonly set?: string;
}

const ARGUMENT_NAMES = ['verb', 'identifier', 'metadataPrefix', 'from', 'until', 'set', 'resumptionToken'] as const;

/**
 * The URL of a request. A query string in the baseURL is kept.
 *
 * ```ts
 * requestUrl('https://zenodo.org/oai2d', { verb: 'ListRecords', metadataPrefix: 'oai_dc', set: 'user-x' });
 * // 'https://zenodo.org/oai2d?verb=ListRecords&metadataPrefix=oai_dc&set=user-x'
 * ```
 *
 * Throws `TypeError` for a baseURL that is not http or https, and for arguments next to a resumptionToken.
 */
export function requestUrl(baseURL: string, args: RequestArguments): string {
  const base = checkedBase(baseURL);
  const given: Partial<Record<string, string>> = { ...args };
  const names = ARGUMENT_NAMES.filter((name) => given[name] !== undefined);
  if (names.includes('resumptionToken') && names.length > 2) {
    throw new TypeError(
      `only verb may accompany a resumptionToken, not ${names.filter((name) => name !== 'verb' && name !== 'resumptionToken').join(', ')}`,
    );
  }
  const query = names.map((name) => `${name}=${encodeURIComponent(given[name]!)}`).join('&');
  const joint = base.includes('?') ? (/[?&]$/.test(base) ? '' : '&') : '?';
  return base + joint + query;
}

function checkedBase(baseURL: string): string {
  const base = baseURL.trim().replace(/#.*$/s, '');
  const protocol = URL.canParse(base) ? new URL(base).protocol : null;
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`${JSON.stringify(baseURL)} is not an http or https URL`);
  return base;
}

/**
 * The baseURL in what a person pasted: without fragment and without the protocol's own arguments
 * (`https://zenodo.org/oai2d?verb=Identify`). Other arguments stay. Throws `TypeError` as `requestUrl` does.
 */
export function baseUrlOf(pasted: string): string {
  const [path, query = ''] = checkedBase(pasted).split(/\?(.*)/s);
  const own = new Set<string>(ARGUMENT_NAMES);
  const kept = query.split('&').filter((part) => part !== '' && !own.has(part.split('=')[0]!));
  return kept.length === 0 ? path! : `${path}?${kept.join('&')}`;
}
