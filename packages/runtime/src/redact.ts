/** Arguments of OAI-PMH: what a request asked for, never a secret. */
const shownParameters = new Set(['verb', 'identifier', 'metadataPrefix', 'from', 'until', 'set', 'resumptionToken']);

/** Parameters of our own API whose value is a key or password. */
const secretParameter = /^(access_?token|api_?key|key|token|secret|password)$/i;

/**
 * A URL as it may be shown or logged: without user and password, and with the value of each parameter left out that is not
 * one of OAI-PMH's (`https://example.org/oai?key=…&verb=Identify`). Works on text, so what is no URL stays as it is.
 */
export function redactUrl(url: string): string {
  // The nodes of a cluster stand in one variable.
  return url
    .split(/,(?=[a-z][a-z0-9+.-]*:\/\/)/i)
    .map(redactOneUrl)
    .join(',');
}

function redactOneUrl(url: string): string {
  const [, scheme, host, query, rest] = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*)(?:\?([^#]*))?(.*)$/is.exec(url) ?? [];
  if (scheme === undefined) return url;
  return `${scheme}${host}${query === undefined ? '' : `?${redactQuery(query, (name) => !shownParameters.has(name))}`}${rest}`;
}

/** A text with every URL in it as `redactUrl` shows it. */
export function redactText(text: string): string {
  return text.includes('://') ? text.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>\\{}|^]+/gi, redactUrl) : text;
}

/** Path and query of a request to our own API, without the values of parameters that are keys, however their names are encoded. */
export function redactTarget(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : `${target.slice(0, at)}?${redactQuery(target.slice(at + 1), isSecret)}`;
}

function isSecret(rawName: string): boolean {
  try {
    return secretParameter.test(decodeURIComponent(rawName.replaceAll('+', ' ')).replaceAll('-', '_').trim());
  } catch {
    return true;
  }
}

function redactQuery(query: string, hidden: (rawName: string) => boolean): string {
  return query
    .split('&')
    .map((part) => {
      const [name = '', value] = part.split(/=(.*)/s);
      if (part === '' || !hidden(name)) return part;
      // Without a name the value is all there is.
      return value === undefined ? '…' : `${name}=…`;
    })
    .join('&');
}
