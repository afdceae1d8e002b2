export { exit, type ExitCode, type Io } from './io.ts';
export { run } from './program.ts';
