// `npm start|test|services|check|bench` begin here, on whatever Node there is (18 or later) and with nothing installed:
// dependencies are installed when they are not those of the lock file, then the task runs on the Node 24 among them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_NODE = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

/** What is locked, but for optional packages of other platforms, is what is installed. */
function isInstalled() {
  const locked = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '' || entry.link || !path.includes('node_modules/')) return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true || entry.devOptional === true : found.version === entry.version;
  });
}

function packagesIn(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

async function install() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.error('installing dependencies (npm ci)');
  const timer = setInterval(() => console.error(`installing dependencies: ${seconds()} s`), 10_000);
  const code = await run(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    ['ignore', 2, 2],
  );
  clearInterval(timer);
  if (code !== 0) fail('npm ci failed; what it said is above', code);
  console.error(`dependencies installed in ${seconds()} s`);
}

/** Runs a program in the root of the checkout, hands SIGTERM on, and leaves Ctrl-C (which it gets itself) to it. */
function run(file, args, stdio) {
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH };
  const child = spawn(file, args, { cwd: root, stdio, env });
  const hand = (signal) => child.kill(signal);
  const ignore = () => {};
  process.on('SIGTERM', hand).on('SIGINT', ignore);
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`${file} could not be run: ${error.message}`, 1));
    child.on('close', (code, signal) => {
      process.off('SIGTERM', hand).off('SIGINT', ignore);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** The Node 24 that npm brought, or our own when it is new enough. */
function findNode() {
  const pinned = join(bin, 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE) return process.execPath;
  return fail(
    `npm has no Node ${NEEDED_NODE} for ${process.platform}-${process.arch} and this one is ${process.version}: install Node ${NEEDED_NODE} from https://nodejs.org`,
    1,
  );
}

function fail(sentence, code) {
  console.error(sentence);
  process.exit(code);
}

const [task, ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${task}.ts`);
if (task === undefined || !existsSync(script)) fail(`there is no task ${task ?? ''}: npm start, test, services, check or bench`, 2);
if (!isInstalled()) await install();
process.exitCode = await run(findNode(), [script, ...args], 'inherit');
