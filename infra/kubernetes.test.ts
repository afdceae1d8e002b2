import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '@thresher/runtime';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

// No cluster runs where these tests do; they check form and cross-references.

const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'kubernetes');

interface Container {
  readonly args: readonly string[];
  readonly envFrom: readonly { readonly configMapRef?: { readonly name: string }; readonly secretRef?: { readonly name: string } }[];
  readonly env: readonly { readonly name: string }[];
  readonly ports?: readonly { readonly name: string }[];
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: { readonly httpGet: { readonly port: string; readonly path: string } };
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string }[];
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly volumes: readonly { readonly name: string }[] };
    };
  };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly literals?: readonly string[] }[];
}

const folders = ['base', 'overlays/production', 'overlays/small'];
const kustomizationOf = (name: string) => parse(readFileSync(join(folder, name, 'kustomization.yaml'), 'utf8')) as Kustomization;
const files = folders.flatMap((name) =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .map((file) => join(name, file)),
);
const manifests = files.flatMap((file) =>
  readFileSync(join(folder, file), 'utf8')
    .split(/^---$/m)
    .map((text) => parse(text) as Manifest),
);
const sections: readonly Readonly<Record<string, { readonly name: string }>>[] = Object.values(VARIABLES);
const known = new Set(sections.flatMap((section) => Object.values(section).map(({ name }) => name)));

test.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
  '%s %s fits the schema of Kubernetes',
  async (kind, _, manifest) => {
    const models = (await import(/* @vite-ignore */ `kubernetes-models/${manifest.apiVersion}/${kind}`)) as Record<
      string,
      new (data: object) => { validate(): void }
    >;
    // Throws the fault.
    new models[kind]!(manifest).validate();
    expect(() => new models[kind]!({ ...manifest, spec: 'none', metadata: 'none' }).validate()).toThrow();
  },
);

test('each folder names all of its manifests', () => {
  for (const name of folders) {
    const { resources } = kustomizationOf(name);
    for (const resource of resources) expect(existsSync(join(folder, name, resource)), `${name}: ${resource}`).toBe(true);
    const own = files.filter((file) => file.startsWith(`${name}/`)).map((file) => file.slice(name.length + 1));
    expect(resources).toEqual(expect.arrayContaining(own));
  }
});

test('variables are those that the programs read', () => {
  const literals = folders.flatMap((name) => kustomizationOf(name).configMapGenerator?.flatMap((it) => it.literals ?? []) ?? []);
  const secrets = readFileSync(join(folder, 'overlays/production/secret.env.example'), 'utf8').trim().split('\n');
  const names = [...literals, ...secrets].map((line) => line.slice(0, line.indexOf('=')));
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(known.has(name), name).toBe(true);
});

describe.each(manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job').map((it) => [it.metadata.name, it] as const))(
  'the process %s',
  (_, manifest) => {
    const { containers, volumes } = manifest.spec.template.spec;
    const container = containers[0]!;

    test('runs a program of the image, with variables that it reads', () => {
      expect(existsSync(join(root, container.args[0]!)), container.args[0]).toBe(true);
      expect(container.envFrom).toEqual([{ configMapRef: { name: 'thresher' } }, { secretRef: { name: 'thresher' } }]);
      for (const { name } of container.env) expect(name === 'NODE_EXTRA_CA_CERTS' || known.has(name), name).toBe(true);
    });

    test('has no rights that it does not need, and a limit of memory', () => {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits['memory']).toBe(container.resources.requests['memory']);
      expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.map(({ name }) => name).toSorted());
    });

    test('is asked whether it lives and is ready, on a port that it has, unless it ends by itself', () => {
      expect([container.livenessProbe, container.readinessProbe].filter((probe) => probe !== undefined)).toHaveLength(
        manifest.kind === 'Job' ? 0 : 2,
      );
      const { httpGet } = container.readinessProbe ?? {};
      expect(httpGet?.path).toBe(manifest.kind === 'Job' ? undefined : '/readyz');
      expect(container.ports?.map(({ name }) => name)).toEqual(httpGet && [httpGet.port]);
    });
  },
);

test('transformers scale with a metric that exists', () => {
  const text = readFileSync(join(folder, 'overlays/production/autoscaling.yaml'), 'utf8');
  const metric = /metric: \{ name: (\w+) \}/.exec(text)![1]!;
  expect(readFileSync(join(root, 'packages/store/src/harvest/metrics.ts'), 'utf8')).toContain(`'${metric}'`);
});
