/** Letters and digits of RFC 3987, and what is encoded. Private and unassigned characters are in no IRI. */
const CHARACTER = String.raw`(?:[\w.\-~!$&'\(\)*+,;=]|%[\da-f]{2}|[[^\u0000-\u009f]--[\p{C}\p{Z}\ufff0-\uffff\u{e0000}-\u{e0fff}]])`;
const HERE = String.raw`(?:${CHARACTER}|[:@\/])`;
const AUTHORITY = String.raw`(?:${CHARACTER}+@)?${CHARACTER}+(?::\d*)?(?:\/${HERE}*)?`;
const IRI = new RegExp(String.raw`^(?:https?:\/\/${AUTHORITY}|(?:info|urn):${HERE}+)(?:\?(?:${HERE}|\?)*)?(?:#(?:${HERE}|\?)*)?$`, 'iv');

/** Whether a text is the address of something, as readers of RDF take it (RFC 3987): of the web, `info:` or `urn:`. */
export function isIri(text: string): boolean {
  return IRI.test(text);
}
