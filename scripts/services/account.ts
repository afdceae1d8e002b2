import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, type RunOptions } from './process.ts';

/**
 * Who the servers run as. PostgreSQL and Elasticsearch refuse root, so as root they run in a user namespace that
 * shows them another user id over the same files or, if that is forbidden (some containers), as `nobody` in a
 * folder that `nobody` can reach even when our own lies under /root.
 */
export interface Account {
  readonly kind: 'self' | 'namespace' | 'nobody';
  /** The folder for the servers' data, configuration and logs. */
  readonly base: string;
  /** Makes a program run under this account. */
  readonly command: (
    file: string,
    args: readonly string[],
  ) => { file: string; args: readonly string[]; options: Pick<RunOptions, 'uid' | 'gid'> };
  /** Hands files that we wrote over to the account. */
  readonly own: (path: string) => Promise<void>;
}

const NOBODY = 65534;
const NAMESPACE = ['--user', '--map-user=1000', '--map-group=1000'];

/** The account for the servers of `home`; creates the base folder. */
export function serverAccount(home: string): Account {
  if (process.getuid?.() !== 0) return sameFiles('self', home, (file, args) => ({ file, args, options: {} }));
  const base = nobodyBase(home);
  // Data that `nobody` already holds stays his, even if namespaces have been allowed since.
  if (existsSync(base) || spawnSync('unshare', [...NAMESPACE, 'true'], { stdio: 'ignore' }).status !== 0) return nobody(base);
  return sameFiles('namespace', home, (file, args) => ({ file: 'unshare', args: [...NAMESPACE, file, ...args], options: {} }));
}

function sameFiles(kind: 'self' | 'namespace', home: string, command: Account['command']): Account {
  mkdirSync(home, { recursive: true });
  return { kind, base: home, command, own: async () => {} };
}

function nobodyBase(home: string): string {
  return join('/var/tmp', `thresher-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
}

function nobody(base: string): Account {
  if (!existsSync(base)) mkdirSync(base);
  // The name can be guessed, so somebody else may have been there first.
  const { uid } = lstatSync(base);
  if (uid !== 0 && uid !== NOBODY) throw new Error(`${base} belongs to user ${uid}; remove it`);
  chmodSync(base, 0o711);
  return {
    kind: 'nobody',
    base,
    command: (file, args) => ({ file, args, options: { uid: NOBODY, gid: NOBODY } }),
    own: (path) => run('chown', ['-R', `${NOBODY}:${NOBODY}`, path]),
  };
}
