import { join } from 'node:path';

/** The folder where Node keeps what it compiled: beside the code, so that nobody may write there who may not write the code. */
export const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/thresher');
