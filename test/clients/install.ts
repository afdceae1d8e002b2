import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to start a client that is installed. */
export interface Installed {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The program next to this file is in it already. */
  readonly built?: boolean;
}

/** A Python package, in its own virtual environment. Throws if there is no Python or no such package. */
export async function installPython(folder: string, packages: readonly string[]): Promise<Installed> {
  const python = join(folder, 'venv', 'bin', 'python');
  await run('python3', ['-m', 'venv', join(folder, 'venv')]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  return { command: python, args: [], env: {} };
}

/** A package of npm, without running its scripts, and the Node that it was written for where ours is too new. */
export async function installNpm(folder: string, name: string, node?: string): Promise<Installed> {
  await mkdir(folder, { recursive: true });
  const binary = `node-${process.platform}-${process.arch}`;
  const packages = node === undefined ? [name] : [name, `${binary}@${node}`];
  await run('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  return { command: node === undefined ? process.execPath : join(folder, 'node_modules', binary, 'bin', 'node'), args: [], env: {} };
}

/** A program in Java, with what Maven brings for these `group:artifact:version`; its class is named as its file. Throws if there is no Maven. */
export async function buildJava(folder: string, source: string, artifacts: readonly string[]): Promise<Installed> {
  await mkdir(folder, { recursive: true });
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  const project = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>trial</groupId>
    <artifactId>trial</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`;
  await writeFile(join(folder, 'pom.xml'), project);
  await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], { cwd: folder });
  const classes = `${join(folder, 'jars')}/*:${folder}`;
  await run('javac', ['-cp', classes, '-d', folder, source]);
  return { command: 'java', args: ['-cp', classes, basename(source, '.java')], env: {}, built: true };
}

/** A program in Go with one package of others, `path@version`. Throws if there is no Go. */
export async function buildGo(folder: string, source: string, wanted: string): Promise<Installed> {
  await mkdir(folder, { recursive: true });
  const command = join(folder, 'program');
  await copyFile(source, join(folder, 'main.go'));
  await run('go', ['mod', 'init', 'program'], { cwd: folder });
  await run('go', ['get', wanted], { cwd: folder });
  await run('go', ['build', '-o', command, '.'], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return { command, args: [], env: {}, built: true };
}

/** A Debian package with all it needs, unpacked outside the system: nothing is installed, root is not needed. */
export async function unpackDebian(folder: string, name: string): Promise<Installed> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await run('apt-get', ['install', '--simulate', '--no-install-recommends', name]);
  const needed = [...stdout.matchAll(/^Inst (\S+)/gm)].map((found) => found[1]!);
  await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...needed], { cwd: folder });
  for (const file of (await readdir(folder)).filter((each) => each.endsWith('.deb')))
    await run('dpkg', ['-x', file, 'root'], { cwd: folder });
  const usr = join(folder, 'root', 'usr');
  return { command: 'perl', args: [], env: { PERL5LIB: await perlFolders(usr), CATMANDU: join(usr, 'bin', 'catmandu') } };
}

async function perlFolders(usr: string): Promise<string> {
  const machine = (await readdir(join(usr, 'lib')).catch(() => [])).filter((each) => each.includes('linux'));
  const compiled = await Promise.all(
    machine.map(async (each) => {
      const versions = await readdir(join(usr, 'lib', each, 'perl5')).catch(() => []);
      return versions.map((version) => join(usr, 'lib', each, 'perl5', version));
    }),
  );
  return [join(usr, 'share', 'perl5'), ...compiled.flat()].join(':');
}
