import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changelogFault } from './changelog.ts';
import { followRecipe, isIgnored, readDockerfile, RecipeError } from './image.ts';
import { ALLOWED_PACKAGES, licenceFaults } from './licences.ts';
import { makeSbom, type SbomComponent, sbomFaults } from './sbom.ts';
import { versionFaults } from './versions.ts';

const root = join(import.meta.dirname, '../..');

describe('changelogFault', () => {
  it.each([
    ['a section with a change', '# Changelog\n\n## 1.2.0 (2026-12-24)\n\n- a change\n', null],
    ['pending changes', '# Changelog\n\n## Pending\n\n- a change\n\n## 1.2.0 (2026-12-24)\n\n- old\n', 'still begins with "Pending"'],
    ['another version', '## 1.1.0 (2026-12-24)\n\n- a change\n', 'begins with "1.1.0 (2026-12-24)"'],
    ['a version that only begins alike', '## 1.2.01 (2026-12-24)\n\n- a change\n', 'begins with "1.2.01'],
    ['no date', '## 1.2.0\n\n- a change\n', 'not with "1.2.0 (YYYY-MM-DD)"'],
    ['no change', '## 1.2.0 (2026-12-24)\n\n## 1.1.0 (2026-01-01)\n\n- old\n', 'lists no change'],
    ['nothing', '', 'begins with ""'],
  ])('%s', (_, text, fault) => {
    expect(changelogFault(text, '1.2.0') ?? 'nothing').toContain(fault ?? 'nothing');
  });
});

it('versions that differ are named, those of dependencies of each other and of the code too', () => {
  const manifest = { name: 'root', version: '1.2.0' };
  const one = { name: 'one', version: '1.2.0', dependencies: { two: '1.2.0', other: '9.9.9' } };
  expect(versionFaults(manifest, [one, { name: 'two', version: '1.2.0' }], '1.2.0')).toEqual([]);
  expect(
    versionFaults(
      manifest,
      [
        { ...one, dependencies: { two: '1.1.0' } },
        { name: 'two', version: '1.1.0' },
      ],
      '1.0.0',
    ),
  ).toEqual([
    'one wants two 1.1.0, the root is 1.2.0',
    'two is 1.1.0, the root is 1.2.0',
    'the processes call themselves 1.0.0, the root is 1.2.0',
  ]);
});

describe('the bill of materials', () => {
  it('names every dependency of the lock file, all of them with an allowed licence', { timeout: 60_000 }, async () => {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Parameters<typeof sbomFaults>[1];
    const sbom = await makeSbom(root, true);
    expect(sbom.components.length).toBeGreaterThan(50);
    expect(sbomFaults(sbom, lock)).toEqual([]);
    expect(sbom.components.map(({ name }) => name)).not.toContain('vitest');
    expect(sbom.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]).filter((ref) => ref.startsWith('vitest@'))).toEqual(
      [],
    );
    expect(licenceFaults(sbom.components)).toEqual([]);
    const [first, ...others] = sbom.components.filter(({ name }) => name === 'pg' || name === 'kysely');
    expect(sbomFaults({ ...sbom, components: sbom.components.filter((one) => one !== first) }, lock)).toEqual([
      `${first!.name}@${first!.version} is in the lock file and not in the bill of materials`,
    ]);
    expect(others).not.toEqual([]);
    expect(sbomFaults({ ...sbom, bomFormat: 'SPDX' }, lock)).toHaveLength(1);
  });

  const exceptions: SbomComponent[] = Object.entries(ALLOWED_PACKAGES).map(([name, { licence }]) => ({
    name,
    version: '1.0.0',
    licenses: [{ license: { id: licence } }],
  }));
  const withLicence = (...licenses: NonNullable<SbomComponent['licenses']>): SbomComponent[] => [
    ...exceptions,
    { name: 'x', version: '1.0.0', licenses },
  ];

  it.each<[string, SbomComponent[], RegExp | null]>([
    ['MIT is allowed', withLicence({ license: { id: 'MIT' } }), null],
    ['two allowed ones are looked at together', withLicence({ license: { id: 'MIT' } }, { license: { id: 'ISC' } }), /licence MIT AND ISC/],
    ['GPL is not', withLicence({ license: { id: 'GPL-3.0-only' } }), /x 1\.0\.0 has the licence GPL-3\.0-only/],
    ['an expression is not, unless it is listed', withLicence({ expression: '(MIT OR GPL-2.0)' }), /licence \(MIT OR GPL-2\.0\)/],
    ['none is not', withLicence(), /licence unknown/],
    ['an exception holds for its package alone', withLicence({ license: { id: 'MPL-2.0' } }), /x 1\.0\.0 has the licence MPL-2\.0/],
    ['an exception that nothing needs is named', exceptions.slice(1), /allows .*, which is not a dependency/],
  ])('%s', (_, components, fault) => {
    expect(licenceFaults(components).join()).toMatch(fault ?? /^$/);
  });
});

describe('the image recipe', () => {
  async function folders(): Promise<{ context: string; stages: string }> {
    const base = await mkdtemp(join(tmpdir(), 'thresher-recipe-'));
    onTestFinished(() => rm(base, { recursive: true, force: true }));
    const [context, stages] = [join(base, 'context'), join(base, 'stages')];
    await mkdir(join(context, 'packages/a'), { recursive: true });
    await mkdir(stages);
    await writeFile(join(context, 'package.json'), '{}');
    await writeFile(join(context, 'packages/a/code.ts'), 'console.log(1)');
    return { context, stages };
  }

  const recipe = `# a comment
FROM node:24 AS first
WORKDIR /app
COPY package.json ./
COPY packages packages
RUN echo built > made.txt && \\
    mkdir /nothing-here 2>/dev/null || true

FROM node:24.1.0-slim
ENV NODE_ENV=production
WORKDIR /srv
COPY --from=first /app ./
USER 1000
ENTRYPOINT ["node"]
CMD ["packages/a/code.ts"]
`;

  it('makes folders of its stages, with what it copies and runs', async () => {
    const { context, stages } = await folders();
    const image = await followRecipe(recipe, context, stages);
    expect(image).toMatchObject({
      workdir: '/srv',
      base: 'node:24.1.0-slim',
      env: { NODE_ENV: 'production' },
      command: ['node', 'packages/a/code.ts'],
    });
    expect(await readFile(join(image.root, 'srv/made.txt'), 'utf8')).toBe('built\n');
    expect(await readFile(join(image.root, 'srv/packages/a/code.ts'), 'utf8')).toBe('console.log(1)');
    await expect(readFile(join(image.root, 'srv/package.json'), 'utf8')).resolves.toBe('{}');
  });

  it.each([
    ['a file that the context lacks', 'FROM a\nWORKDIR /app\nCOPY missing.json ./', /COPY names missing\.json/],
    ['a stage that does not exist', 'FROM a\nWORKDIR /app\nCOPY --from=other /x ./', /stage other/],
    ['an instruction that needs an engine', 'FROM a\nHEALTHCHECK CMD true', /HEALTHCHECK cannot be followed/],
  ])('refuses %s', async (_, text, sentence) => {
    const { context, stages } = await folders();
    const error = await followRecipe(text, context, stages).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RecipeError);
    expect((error as Error).message).toMatch(sentence);
  });

  it('joins lines and leaves comments out', () => {
    expect(readDockerfile('# x\nRUN a \\\n  b\n\n  # y\nuser 1000\n')).toEqual([
      { keyword: 'RUN', rest: 'a    b' },
      { keyword: 'USER', rest: '1000' },
    ]);
  });

  it('the last pattern of .dockerignore that matches decides', () => {
    const ignore = '*\n# comment\n!packages\n!docs/*.md\n**/node_modules\n**/*.test.ts\n';
    const seen = [
      'packages/a/x.ts',
      'packages/a/x.test.ts',
      'packages/a/node_modules/y.js',
      'docs/api.md',
      'docs/images/a.png',
      'README.md',
    ];
    expect(seen.filter((file) => !isIgnored(file, ignore))).toEqual(['packages/a/x.ts', 'docs/api.md']);
  });
});
