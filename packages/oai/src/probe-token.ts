import { tokenLifeMs } from './bounds.ts';
import { parseDatestamp } from './datestamp.ts';
import type { ListPage } from './page.ts';

export interface TokenManner {
  readonly length: number;
  readonly form: string;
  readonly lifeSeconds: number | null;
  readonly hasCursor: boolean;
}

/** What a resumptionToken looks like, and how long the server says it lives; null if that is not believable. */
export function describeToken(
  token: string,
  metadataPrefix: string,
  page: Pick<ListPage, 'responseDate' | 'resumptionToken'>,
): TokenManner {
  const life = tokenLifeMs(page.resumptionToken?.expirationDate ?? null, parseDatestamp(page.responseDate)).value;
  return {
    length: token.length,
    form: formOf(token, metadataPrefix),
    lifeSeconds: life === null ? null : Math.round(life / 1_000),
    hasCursor: typeof page.resumptionToken?.cursor === 'number',
  };
}

function formOf(token: string, metadataPrefix: string): string {
  if (/^\d+$/.test(token)) return 'a number';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token)) return 'a UUID';
  if (metadataPrefix !== '' && token.includes(metadataPrefix)) return 'readable: it carries its arguments';
  if (/^\.?[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return 'signed text, as of Invenio';
  if (
    /^[A-Za-z0-9+/_-]+=*$/.test(token) &&
    Buffer.from(token, 'base64')
      .toString('utf8')
      .includes(metadataPrefix || '{')
  )
    return 'base64 of its arguments';
  return 'opaque';
}
