import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { delimiter, dirname, join } from 'node:path';
import { downloadElasticsearch, elasticsearchFolder, isUnpacked } from './elasticsearch-download.ts';
import { type ElasticsearchPaths, elasticsearchYml, javaOptions, log4j2Properties, TLS_FILES, userFiles } from './elasticsearch-config.ts';
import { findJava } from './java.ts';
import { keepPort, keptPort, startOnFreePort } from './ports.ts';
import { writePassword } from './postgres-roles.ts';
import { privateFolder } from './private-folder.ts';
import { CommandError, findProcess, run, stopProcess, type StopSteps } from './process.ts';
import { findProgram } from './programs.ts';
import { type ClusterNode, livingPid, stopServer, untilReady, type Missing, type Server, type StartDeps } from './server.ts';

const USER = 'thresher';
/** With a load of 25 on two cores a start took more than three minutes. */
const START_TIMEOUT_MS = 10 * 60_000;

const stopSteps: StopSteps = [
  ['SIGTERM', 60_000],
  ['SIGKILL', 5000],
];

/** A server that is not up has no write to finish, and may ignore SIGTERM until it is. */
const unfinishedSteps: StopSteps = [
  ['SIGTERM', 3000],
  ['SIGKILL', 5000],
];

/** The Elasticsearch of this home: adopted, or started from the shared cache, which Maven fills the first time. */
export async function startElasticsearch(deps: StartDeps, env: NodeJS.ProcessEnv): Promise<Server | Missing> {
  const paths = pathsIn(deps.account.base);
  const javaHome = findJava(env);
  const adopted = livingPid(paths.pid, paths.folder);
  try {
    if (adopted === undefined) {
      const missing = javaHome === undefined ? noJava() : await provide(deps, env, javaHome, paths);
      if (missing !== undefined) return { name: 'elasticsearch', missing };
      await launch(deps, env, javaHome as string, paths);
    }
    // A server that an older version of this program left running asks for no password.
    const password = existsSync(paths.password) ? readFileSync(paths.password, 'utf8') : '';
    const url = new URL(`${deps.clusterNode === undefined ? 'http' : 'https'}://127.0.0.1:${readFileSync(paths.port, 'utf8')}`);
    if (password !== '') [url.username, url.password] = [USER, password];
    await untilReady(
      () => answers(url, deps.clusterNode?.certificate.cert),
      () => livingPid(paths.pid, paths.folder) !== undefined,
      START_TIMEOUT_MS,
      deps.signal,
    );
    return {
      name: 'elasticsearch',
      url: url.href.replace(/\/$/, ''),
      how: adopted === undefined ? 'started' : 'still running',
      stop: () => stop(paths),
      pid: () => livingPid(paths.pid, paths.folder),
    };
  } catch (cause) {
    if (adopted === undefined) await stopUnfinished(paths);
    if (deps.signal.aborted) throw cause;
    // Everything but search works without it, so a broken one is reported like a missing one.
    return {
      name: 'elasticsearch',
      missing: `no search: ${cause instanceof CommandError ? '' : 'Elasticsearch '}${(cause as Error).message}${cause instanceof CommandError ? '' : `, see ${paths.logs}`}`,
    };
  }
}

function noJava(): string {
  return `Elasticsearch needs a Java runtime of version 17 or later: ${installCommand('default-jre-headless', 'openjdk@21')}`;
}

function installCommand(debian: string, homebrew: string): string {
  return process.platform === 'darwin' ? `brew install ${homebrew}` : `sudo apt-get install ${debian}`;
}

async function provide(deps: StartDeps, env: NodeJS.ProcessEnv, javaHome: string, paths: ElasticsearchPaths): Promise<string | undefined> {
  if (isUnpacked(deps.cache)) return undefined;
  const mvn = findProgram('mvn', env);
  if (mvn === undefined) return `Elasticsearch is fetched with Maven: ${installCommand('maven', 'maven')}`;
  await downloadElasticsearch({ ...deps, mvn, javaHome, env, logFile: join(paths.logs, 'maven.log') });
  return undefined;
}

function pathsIn(base: string): ElasticsearchPaths {
  const folder = join(base, 'elasticsearch');
  const at = (name: string): string => join(folder, name);
  const paths = {
    folder,
    config: at('config'),
    data: at('data'),
    temporary: at('tmp'),
    pid: at('pid'),
    port: at('port'),
    password: at('password'),
    logs: join(base, 'log'),
  };
  for (const path of [folder, paths.config, paths.data, paths.temporary, paths.logs]) privateFolder(path);
  return paths;
}

async function launch(deps: StartDeps, env: NodeJS.ProcessEnv, javaHome: string, paths: ElasticsearchPaths): Promise<void> {
  // A start that was killed leaves its launcher behind, and for some seconds no pid file.
  await untilReady(
    async () => findProcess(paths.config) === undefined,
    () => true,
    START_TIMEOUT_MS,
    deps.signal,
  );
  if (livingPid(paths.pid, paths.folder) !== undefined) return;
  deps.log('Elasticsearch: starting (10 to 30 s)');
  if (deps.clusterNode !== undefined) writeClusterFiles(paths, deps.clusterNode);
  else if (!existsSync(paths.password)) writePassword(paths.password);
  const { signal } = deps;
  await startOnFreePort(9200, (port) => launchOn(port, deps, env, javaHome, paths), { signal, before: keptPort(paths.port) });
}

async function launchOn(port: number, deps: StartDeps, env: NodeJS.ProcessEnv, javaHome: string, paths: ElasticsearchPaths): Promise<void> {
  keepPort(paths.port, port);
  for (const [name, text] of Object.entries(userFiles(USER, readFileSync(paths.password, 'utf8'))))
    writeFileSync(join(paths.config, name), text, { mode: 0o600 });
  writeFileSync(join(paths.config, 'elasticsearch.yml'), elasticsearchYml(paths, port, deps.clusterNode));
  writeFileSync(join(paths.config, 'jvm.options'), javaOptions(paths));
  writeFileSync(join(paths.config, 'log4j2.properties'), log4j2Properties(paths));
  for (const path of [paths.folder, paths.logs]) await deps.account.own(path);
  const home = elasticsearchFolder(deps.cache);
  const { file, args, options } = deps.account.command(join(javaHome, 'bin', 'java'), launcherArguments(home, paths));
  // The launcher starts the server as a separate process and ends with 0 once the node is up.
  await run(file, args, {
    ...options,
    name: 'Elasticsearch',
    cwd: home,
    env: launcherEnv(env, javaHome, paths),
    log: join(paths.logs, 'elasticsearch.log'),
    signal: deps.signal,
    // Another process may use this server after we were interrupted.
    detached: true,
    // After SIGTERM the launcher first waits until the server is up: 33 s were measured.
    killSignal: 'SIGKILL',
  });
}

function launcherArguments(home: string, paths: ElasticsearchPaths): string[] {
  const properties = {
    'cli.name': 'server',
    'cli.script': join(home, 'bin', 'elasticsearch'),
    'cli.libs': 'lib/tools/server-cli',
    'es.path.home': home,
    'es.path.conf': paths.config,
    'es.distribution.type': 'tar',
    'es.java.type': 'ES_JAVA_HOME',
  };
  const classPath = [join(home, 'lib', '*'), join(home, 'lib', 'cli-launcher', '*')].join(delimiter);
  const options = ['-Xms4m', '-Xmx64m', '-XX:+UseSerialGC', ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)];
  return [...options, '-cp', classPath, 'org.elasticsearch.launcher.CliToolLauncher', '-d', '-p', paths.pid];
}

/** `ES_JAVA_OPTS` is Elasticsearch's own variable for options of its Java. */
function launcherEnv(env: NodeJS.ProcessEnv, javaHome: string, paths: ElasticsearchPaths): NodeJS.ProcessEnv {
  return {
    PATH: env['PATH'],
    ES_JAVA_OPTS: env['ES_JAVA_OPTS'] ?? '',
    LANG: 'C.UTF-8',
    HOME: dirname(paths.folder),
    ES_JAVA_HOME: javaHome,
    ES_PATH_CONF: paths.config,
    ES_TMPDIR: paths.temporary,
  };
}

function writeClusterFiles(paths: ElasticsearchPaths, { certificate, password }: ClusterNode): void {
  writeFileSync(paths.password, password, { mode: 0o600 });
  for (const part of ['key', 'cert'] as const) writeFileSync(join(paths.config, TLS_FILES[part]), certificate[part], { mode: 0o600 });
}

/** @param ca the certificate of a server with TLS */
async function answers(url: URL, ca: string | undefined): Promise<boolean> {
  const { protocol, username, password, hostname, port } = url;
  const path = '/_cluster/health?wait_for_status=yellow&timeout=1s';
  const request = (protocol === 'https:' ? https : http).get({
    hostname,
    port,
    path,
    timeout: 5000,
    ...(username !== '' && { auth: `${username}:${password}` }),
    ...(ca !== undefined && { ca }),
  });
  request.on('timeout', () => request.destroy());
  try {
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

/** Stops the Elasticsearch of a folder for servers, if it runs. */
export async function stopElasticsearch(base: string): Promise<void> {
  await stop(pathsIn(base));
}

async function stop(paths: ElasticsearchPaths): Promise<void> {
  await stopServer('elasticsearch', livingPid(paths.pid, paths.folder), paths.folder, stopSteps);
}

/** Also stops a server that has not written its pid file yet, which its launcher may leave behind. */
async function stopUnfinished(paths: ElasticsearchPaths): Promise<void> {
  await stop(paths);
  for (;;) {
    const pid = findProcess(paths.folder, 'org.elasticsearch');
    if (pid === undefined || !(await stopProcess(pid, paths.folder, unfinishedSteps))) return;
  }
}
