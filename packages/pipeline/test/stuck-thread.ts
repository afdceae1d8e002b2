/** A thread that says it works and then never comes back to its event loop. */
import { parentPort } from 'node:worker_threads';

parentPort!.postMessage('working');
setImmediate(() => {
  for (;;);
});
