/** A bulk file cannot be read, or not to its end. What was read is kept; the same command goes on from there. */
export class DumpUnreadableError extends Error {
  override readonly name = 'DumpUnreadableError';
}

/** A bulk file is not the one that was meant. */
export class DumpChecksumError extends Error {
  override readonly name = 'DumpChecksumError';
}

/** The file is not the one that an unfinished run began to read: what is skipped there would be other records. */
export class DumpReplacedError extends Error {
  override readonly name = 'DumpReplacedError';
}

/** A source offers no dumps, or not the one that was asked for. The message says what to do instead. */
export class NoDumpError extends Error {
  override readonly name = 'NoDumpError';
}
