interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Where manifests of the workspaces, or their dependencies on each other, have another version than the root. Pure. */
export function versionFaults(root: Manifest, packages: readonly Manifest[], inCode: string): string[] {
  const { version } = root;
  const names = new Set(packages.map(({ name }) => name));
  const wrong = packages.flatMap(({ name, version: own, dependencies = {} }) => [
    ...(own === version ? [] : [`${name} is ${own}, the root is ${version}`]),
    ...Object.entries(dependencies)
      .filter(([dependency, wanted]) => names.has(dependency) && wanted !== version)
      .map(([dependency, wanted]) => `${name} wants ${dependency} ${wanted}, the root is ${version}`),
  ]);
  return inCode === version ? wrong : [...wrong, `the processes call themselves ${inCode}, the root is ${version}`];
}
