/** A bulk file cannot be read to its end. The part that was read is stored, and the same command continues from there. */
export class DumpUnreadableError extends Error {
  override readonly name = 'DumpUnreadableError';
}

/** A bulk file is not the one that was meant. */
export class DumpChecksumError extends Error {
  override readonly name = 'DumpChecksumError';
}

/** The file is not the one that an unfinished run began to read, so the run would skip other records than those it has. */
export class DumpReplacedError extends Error {
  override readonly name = 'DumpReplacedError';
}

/** A source offers no dumps, or not the one that was asked for. The message says what to do instead. */
export class NoDumpError extends Error {
  override readonly name = 'NoDumpError';
}
