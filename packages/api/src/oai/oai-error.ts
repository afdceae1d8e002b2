/** The error codes of OAI-PMH 2.0 (section 3.6) that this provider gives; it has sets, so never noSetHierarchy. */
export type OaiErrorCode =
  | 'badArgument'
  | 'badResumptionToken'
  | 'badVerb'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noMetadataFormats'
  | 'noRecordsMatch';

/** An error that becomes an `error` element with status 200, as the protocol requires. The message is for the client's user. */
export class OaiFault extends Error {
  override readonly name = 'OaiFault';
  readonly code: OaiErrorCode;
  constructor(code: OaiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
