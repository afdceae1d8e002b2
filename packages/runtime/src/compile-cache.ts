import { join } from 'node:path';

/** The folder where Node keeps what it compiled: next to the code, so that only users who may write the code may write there. */
export const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/thresher');
