/** One thread of `startTransforming`. */
import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';

// Before anything else is loaded: without it a thread takes seconds to start.
enableCompileCache(COMPILE_CACHE);
await import('../src/workers/run-transform-thread.ts');
