import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ApiProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** The API as a user runs it (its log is on standard error), in its own process, on a free port; with the flags of this process, such as --cpu-prof. */
export async function startApiProcess(environment: NodeJS.ProcessEnv): Promise<ApiProcess> {
  const env = { ...environment, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, [...process.execArgv, 'packages/api/bin/api.ts'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
    lines.on('line', (line) => {
      const address = /the API listens at (http:[^"\s]+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  // Its log is read on, but not line by line, which would delay the requests that are measured.
  lines.close();
  child.stderr.resume();
  return {
    url,
    pid: child.pid!,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
