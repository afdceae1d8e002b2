import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One line of a Dockerfile, continued lines joined. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** Pure. */
export function readDockerfile(text: string): Instruction[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, keyword, rest] = /^\s*(\w+)\s+(.*\S)\s*$/.exec(line) ?? [];
      return keyword === undefined || rest === undefined ? [] : [{ keyword: keyword.toUpperCase(), rest }];
    });
}

/** Whether .dockerignore leaves a file of the context out: the last pattern that matches it, or a folder that it is in, decides. Pure. */
export function isIgnored(file: string, ignore: string): boolean {
  const parts = file.split('/');
  const places = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  let ignored = false;
  for (const line of ignore.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '').replace(/^\/|\/$/g, '');
    if (places.some((place) => path.posix.matchesGlob(place, pattern))) ignored = !line.startsWith('!');
  }
  return ignored;
}

/** A recipe asks for something that cannot be followed here. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

/** What the last stage of a recipe makes. */
export interface BuiltImage {
  /** Its root folder. */
  readonly root: string;
  /** Where its processes begin, inside the root. */
  readonly workdir: string;
  readonly base: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/**
 * Follows a Dockerfile without a container engine: each stage is a folder, COPY copies out of the context or another stage, RUN runs
 * there with the programs of this machine. What the base image brings is missing, and paths outside the working folder are refused.
 *
 * @param context a folder with what .dockerignore lets through
 * @param folder an empty one for the stages
 * @throws RecipeError; the error of a command, with its output
 */
export async function followRecipe(text: string, context: string, folder: string): Promise<BuiltImage> {
  const stages = new Map<string, string>();
  let stage = { root: '', workdir: '/', base: '', env: {} as Record<string, string>, command: [] as string[] };
  const inside = (root: string, place: string): string => path.join(root, path.posix.resolve('/', place));
  for (const { keyword, rest } of readDockerfile(text)) {
    const words = rest.split(/\s+/);
    const cwd = inside(stage.root, stage.workdir);
    if (keyword === 'FROM') {
      const root = path.join(folder, String(stages.size));
      await fs.mkdir(root, { recursive: true });
      stages.set(words[2] ?? `stage-${stages.size}`, root);
      stage = { root, workdir: '/', base: words[0]!, env: {}, command: [] };
    } else if (keyword === 'WORKDIR') {
      stage.workdir = path.posix.resolve(stage.workdir, rest);
      await fs.mkdir(inside(stage.root, stage.workdir), { recursive: true });
    } else if (keyword === 'COPY') {
      const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : null;
      const source = from === null ? context : stages.get(from);
      if (source === undefined) throw new RecipeError(`COPY names the stage ${from}, which is not above it`);
      const to = words.pop()!;
      for (const word of words)
        await copy(inside(source, word), to.endsWith('/') ? to : `${to}`, { stage, cwd, single: words.length === 1 });
    } else if (keyword === 'RUN') {
      await run('sh', ['-c', rest], { cwd, env: { ...process.env, ...stage.env }, maxBuffer: 64 * 1024 * 1024 });
    } else if (keyword === 'ENV') {
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[name!] = value!;
    } else if (keyword === 'ENTRYPOINT' || keyword === 'CMD') {
      const given = JSON.parse(rest) as string[];
      stage.command = keyword === 'ENTRYPOINT' ? given : [...stage.command, ...given];
    } else if (!['USER', 'EXPOSE', 'LABEL'].includes(keyword)) {
      throw new RecipeError(`${keyword} cannot be followed without a container engine`);
    }
  }
  return stage;
}

interface CopyTarget {
  readonly stage: { readonly root: string; readonly workdir: string };
  readonly cwd: string;
  readonly single: boolean;
}

/** A folder's content is copied into the target, a file under its name if the target is a folder. */
async function copy(source: string, to: string, { stage, cwd, single }: CopyTarget): Promise<void> {
  const found = await fs.stat(source).catch(() => null);
  if (found === null) throw new RecipeError(`COPY names ${path.basename(source)}, which is not in the context: see .dockerignore`);
  const target = to.startsWith('/') ? path.join(stage.root, to) : path.join(cwd, to);
  const isFolder = found.isDirectory() || to.endsWith('/') || !single;
  await fs.mkdir(isFolder ? target : path.dirname(target), { recursive: true });
  await fs.cp(source, found.isDirectory() || !isFolder ? target : path.join(target, path.basename(source)), {
    recursive: true,
    verbatimSymlinks: true,
  });
}

/** Copies what Git has of a checkout, and .dockerignore lets through, into a folder. */
export async function makeContext(checkout: string, folder: string): Promise<void> {
  const ignore = await fs.readFile(path.join(checkout, '.dockerignore'), 'utf8');
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: checkout, maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split('\0').filter((one) => one !== '' && !isIgnored(one, ignore))) {
    await fs.mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await fs.cp(path.join(checkout, file), path.join(folder, file), { verbatimSymlinks: true });
  }
}
