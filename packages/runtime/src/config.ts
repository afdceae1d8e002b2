import { readFileSync } from 'node:fs';
import { VARIABLES, type Variable } from './variables.ts';

type Variables = typeof VARIABLES;
type ValueOf<V> = V extends Variable<infer T> ? T : never;

/** A part of the configuration that a process may ask for. */
export type ConfigSection = keyof Variables;

/** The whole configuration; a process gets the sections it asked for. */
export type Config = { readonly [S in ConfigSection]: { readonly [F in keyof Variables[S]]: ValueOf<Variables[S][F]> } };

/** Where variables come from: `process.env`, or an object in a test. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One wrong or missing variable. `problem` is a clause that reads on from the name. */
export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
}

/** The environment does not make a configuration; `faults` holds all of them, not the first. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(`the environment is wrong:\n${faults.map((f) => `  ${f.variable} ${f.problem}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads the asked sections out of an environment. An empty value counts as unset (Compose passes those).
 * A variable that may hold a password can be given as `NAME_FILE`, the path of a file that holds the value.
 * Throws a {@link ConfigError} that lists every fault of the asked sections.
 *
 * @example readConfig(process.env, ['database', 'http']).http.port // 8080
 */
export function readConfig<const S extends ConfigSection>(env: Env, sections: readonly S[]): Pick<Config, S> {
  const faults: ConfigFault[] = [];
  const config = Object.fromEntries(sections.map((section) => [section, readSection(env, VARIABLES[section], faults)]));
  if (faults.length > 0) throw new ConfigError(faults);
  return config as unknown as Pick<Config, S>;
}

function readSection(env: Env, fields: Readonly<Record<string, Variable<unknown>>>, faults: ConfigFault[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([field, variable]) => [field, readVariable(env, variable, faults)]));
}

function readVariable(env: Env, variable: Variable<unknown>, faults: ConfigFault[]): unknown {
  try {
    const text = variable.secret ? secretText(env, variable.name) : nonEmpty(env[variable.name]);
    if (text !== undefined) return variable.read(text);
    if (!variable.required) return variable.default;
    throw new Error(`is not set (${variable.description})`);
  } catch (cause) {
    faults.push({ variable: variable.name, problem: withValue(env, variable, (cause as Error).message) });
    return undefined;
  }
}

function secretText(env: Env, name: string): string | undefined {
  const direct = nonEmpty(env[name]);
  const path = nonEmpty(env[`${name}_FILE`]);
  if (path === undefined) return direct;
  if (direct !== undefined) throw new Error(`and ${name}_FILE are both set; set one`);
  return nonEmpty(readSecretFile(path, name));
}

function readSecretFile(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Error(`cannot be read from ${name}_FILE=${path}`, { cause });
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function withValue(env: Env, variable: Variable<unknown>, problem: string): string {
  const given = env[variable.name];
  return given === undefined || given === '' || variable.secret ? problem : `${problem}, not ${JSON.stringify(given)}`;
}
