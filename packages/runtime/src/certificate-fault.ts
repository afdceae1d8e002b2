/**
 * What a person does about a TLS certificate that was not accepted, in one sentence with the reason; null if an error, and whatever caused it,
 * says nothing of a certificate. The codes are those of Node's `tls` (OpenSSL).
 */
export function certificateFault(error: unknown): string | null {
  for (const one of withCauses(error)) {
    const code = one.code ?? (one.name === 'ConnectionError' ? codeOf(one.message) : undefined);
    const remedy = code === undefined ? undefined : remedyFor(code);
    if (remedy !== undefined) return `the server's certificate is not accepted (${one.message}): ${remedy}`;
  }
  return null;
}

/** An error, what it consists of, and what caused it. */
export function withCauses(error: unknown): NodeJS.ErrnoException[] {
  if (!(error instanceof Error)) return [];
  const parts = error instanceof AggregateError ? (error.errors as readonly unknown[]).flatMap(withCauses) : [];
  return [error, ...parts, ...withCauses(error.cause)];
}

/** The client of Elasticsearch keeps only the message of the error that Node gave it. */
function codeOf(message: string): string | undefined {
  if (/^certificate (?:has expired|is not yet valid)/.test(message)) return 'CERT_HAS_EXPIRED';
  if (/does not match certificate's altnames/.test(message)) return 'ERR_TLS_CERT_ALTNAME_INVALID';
  if (/^self[- ]signed certificate/.test(message)) return 'DEPTH_ZERO_SELF_SIGNED_CERT';
  return /^unable to (?:verify the first|get (?:local )?issuer) certificate/.test(message) ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : undefined;
}

function remedyFor(code: string): string | undefined {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'renew it on the server, or set the clock of this machine';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use a host name that it is made for';
  if (code === 'CERT_REVOKED' || code === 'CERT_REJECTED' || code === 'CERT_UNTRUSTED') return 'replace it on the server';
  return /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER_CERT(?:_LOCALLY)?|VERIFY_LEAF_SIGNATURE))$/.test(
    code,
  )
    ? 'set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority (PEM)'
    : undefined;
}
