/**
 * Imported before everything else by a program that is to stay small: V8 then collects garbage instead of letting it pile
 * up, as it does on a machine with much memory. A harvester's garbage are pages: 185 MB resident instead of 400 MB
 * at 60 pages of 300 KB a second, in the same time (Node 24.21, 2 cores). Set after the imports it is 240 MB.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=20');
