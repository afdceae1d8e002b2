/** Reads the answer on standard input as a walk would, in a process that may die of it: see `readInChild`. Argument: its charset. */
import { buffer } from 'node:stream/consumers';
import { NotOaiError, OaiError, parseListPage, XmlError } from '@thresher/oai';

const bytes = await buffer(process.stdin);
try {
  parseListPage(bytes, { metadata: false, charset: process.argv[2] || null });
} catch (error) {
  // Such a page is no danger: the walk says what is wrong with it.
  if (!(error instanceof XmlError || error instanceof NotOaiError || error instanceof OaiError)) throw error;
}
