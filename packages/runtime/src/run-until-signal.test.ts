import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const HEAD = `
import { runUntilSignal, createLogger, readConfig } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
const ready = () => console.log('ready')
const aborted = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))
const alive = setInterval(() => {}, 1000)
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `main` in its own process and sends it `signals`, one per line "ready" that it prints. */
async function run(main: string, ...signals: NodeJS.Signals[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HEAD + main], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const _ of text.matchAll(/ready/g)) child.kill(signals.shift());
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

test('the returned number is the exit code, and resources are disposed of in reverse', async () => {
  const ended = await run(`await runUntilSignal(async (signal, resources) => {
    resources.defer(() => console.log('pool closed'))
    resources.defer(() => console.log('worker closed'))
    return 3
  }); clearInterval(alive)`);
  expect(ended).toEqual({ code: 3, out: 'worker closed\npool closed\n', err: '' });
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts the signal; the end is clean and 130', async (name) => {
  const ended = await run(
    `await runUntilSignal(async (signal, resources) => {
    resources.defer(() => console.log('closed', signal.reason.signalName))
    setTimeout(ready); await aborted(signal)
  }); clearInterval(alive)`,
    name,
  );
  expect(ended).toEqual({ code: 130, out: `ready\nclosed ${name}\n`, err: '' });
});

test('work cut off by the signal is an interruption, not an error', async () => {
  const ended = await run(
    `await runUntilSignal(async (signal) => {
    setTimeout(ready); await aborted(signal); signal.throwIfAborted()
  }); clearInterval(alive)`,
    'SIGINT',
  );
  expect(ended).toEqual({ code: 130, out: 'ready\n', err: '' });
});

test('an error while stopping is still reported', async () => {
  const ended = await run(
    `await runUntilSignal(async (signal) => {
    setTimeout(ready); await aborted(signal); throw new Error('could not flush')
  }); clearInterval(alive)`,
    'SIGINT',
  );
  expect(ended.code).toBe(1);
  expect(ended.err).toContain('could not flush');
});

test('a second signal ends a process that hangs', async () => {
  const ended = await run(
    `await runUntilSignal(async (signal) => {
    setTimeout(ready); await aborted(signal); ready(); await new Promise(() => {})
  })`,
    'SIGTERM',
    'SIGINT',
  );
  expect(ended.code).toBe(130);
});

test('a signal that arrives twice within a second, once through the parent, does not cut the end short', async () => {
  const ended = await run(
    `await runUntilSignal(async (signal, resources) => {
    resources.defer(() => new Promise((resolve) => setTimeout(() => { console.log('closed'); resolve() }, 300)))
    setTimeout(ready); await aborted(signal); ready()
  }); clearInterval(alive)`,
    'SIGTERM',
    'SIGTERM',
  );
  expect(ended).toEqual({ code: 130, out: 'ready\nready\nclosed\n', err: '' });
});

test('a wrong environment is reported without a stack', async () => {
  const ended = await run(`await runUntilSignal(async () => void readConfig({ PORT: 'x' }, ['http'])); clearInterval(alive)`);
  expect(ended.code).toBe(1);
  expect(ended.err).toBe('the environment is wrong:\n  PORT must be a whole number from 0 to 65535, not "x"\n');
});

test('the log is JSON lines on standard error, with the error in full', async () => {
  const ended = await run(`createLogger({ level: 'info' }).info({ page: 7, err: new Error('no') }, 'page stored'); clearInterval(alive)`);
  const event = JSON.parse(ended.err) as Record<string, unknown>;
  expect(event).toMatchObject({ level: 30, page: 7, msg: 'page stored', err: { message: 'no' } });
  expect(Date.parse(String(event['time']))).toBeGreaterThan(0);
  expect(ended.out).toBe('');
});

test('pretty lines and the level are options', async () => {
  const ended = await run(
    `const log = createLogger({ level: 'warn', pretty: true }); log.info('quiet'); log.warn('loud'); clearInterval(alive)`,
  );
  expect(ended.err).toContain('loud');
  expect(ended.err).not.toContain('quiet');
  expect(ended.err).not.toContain('{"level"');
});

test('the end of the parent is a signal to a process that has a channel to it', async () => {
  const main = `await runUntilSignal(async (signal) => { ready(); await aborted(signal) }); clearInterval(alive)`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', HEAD + main], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await once(child.stdout!, 'data');
  child.disconnect();
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(130);
});
