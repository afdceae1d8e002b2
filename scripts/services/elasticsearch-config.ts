import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ClusterNode } from './server.ts';

export interface ElasticsearchPaths {
  /** Everything of this server; its path on the command line is how the process is known again. */
  readonly folder: string;
  readonly config: string;
  readonly data: string;
  readonly temporary: string;
  readonly pid: string;
  readonly port: string;
  readonly password: string;
  readonly logs: string;
}

/** One node on loopback that asks for a password and does not stop writing because the disk is fairly full. */
export function elasticsearchYml(paths: ElasticsearchPaths, port: number, node?: ClusterNode): string {
  return lines(
    'cluster.name: thresher',
    ...(node === undefined ? ['node.name: thresher', 'discovery.type: single-node'] : clusterLines(node)),
    'network.host: 127.0.0.1',
    `http.port: ${port}`,
    `path.data: ${JSON.stringify(paths.data)}`,
    `path.logs: ${JSON.stringify(paths.logs)}`,
    'xpack.security.enabled: true',
    ...(node === undefined ? ['xpack.security.http.ssl.enabled: false'] : tlsLines('http')),
    'xpack.security.enrollment.enabled: false',
    'xpack.security.autoconfiguration.enabled: false',
    // Users of files beneath this folder; others cannot log in, as the built-in ones have a password that nobody knows.
    'xpack.security.authc.realms.file.file1.order: 0',
    'cluster.routing.allocation.disk.threshold_enabled: false',
    'action.destructive_requires_name: true',
  );
}

/** Files of a node in its folder `config`: it reads none elsewhere. */
export const TLS_FILES = { key: 'node.key', cert: 'node.pem' } as const;

function clusterLines({ name, transportPort, transportPorts, nodes }: ClusterNode): string[] {
  return [
    `node.name: ${name}`,
    `transport.port: ${transportPort}`,
    `discovery.seed_hosts: ${JSON.stringify(transportPorts.map((port) => `127.0.0.1:${port}`))}`,
    // Ignored once the cluster has been formed.
    `cluster.initial_master_nodes: ${JSON.stringify(nodes)}`,
    ...tlsLines('transport'),
    'xpack.security.transport.ssl.verification_mode: certificate',
    `xpack.security.transport.ssl.certificate_authorities: ${TLS_FILES.cert}`,
  ];
}

const tlsLines = (of: 'http' | 'transport'): string[] => [
  `xpack.security.${of}.ssl.enabled: true`,
  `xpack.security.${of}.ssl.key: ${TLS_FILES.key}`,
  `xpack.security.${of}.ssl.certificate: ${TLS_FILES.cert}`,
];

/**
 * One user of a realm of files: `users` holds a salted hash of the password (PBKDF2 with SHA-512), `users_roles` the role.
 * Elasticsearch remembers the keys that it has checked, so that not every request costs 10,000 rounds.
 */
export function userFiles(user: string, password: string): Readonly<Record<'users' | 'users_roles', string>> {
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, 10_000, 32, 'sha512');
  return { users: `${user}:{PBKDF2}10000$${salt.toString('base64')}$${hash.toString('base64')}\n`, users_roles: `superuser:${user}\n` };
}

/** Of the distribution's own options, those that count here; the heap is fixed so that a laptop keeps its memory. */
export function javaOptions(paths: ElasticsearchPaths): string {
  return lines(
    '-Xms1g',
    '-Xmx1g',
    '-XX:+UseG1GC',
    '-XX:+ExitOnOutOfMemoryError',
    `-XX:ErrorFile=${join(paths.logs, 'elasticsearch-crash-%p.log')}`,
    `-Djava.io.tmpdir=${paths.temporary}`,
    '20-:--add-modules=jdk.incubator.vector',
    '23:-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache',
    '23:-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached',
    '-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1',
  );
}

/** One file that rolls over at 64 MB, four kept. */
export function log4j2Properties(paths: ElasticsearchPaths): string {
  const file = join(paths.logs, 'elasticsearch');
  return lines(
    'status = error',
    'appender.rolling.type = RollingFile',
    'appender.rolling.name = rolling',
    `appender.rolling.fileName = ${file}.log`,
    `appender.rolling.filePattern = ${file}.%i.log`,
    'appender.rolling.layout.type = PatternLayout',
    'appender.rolling.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n',
    'appender.rolling.policies.type = Policies',
    'appender.rolling.policies.size.type = SizeBasedTriggeringPolicy',
    'appender.rolling.policies.size.size = 64MB',
    'appender.rolling.strategy.type = DefaultRolloverStrategy',
    'appender.rolling.strategy.max = 3',
    'rootLogger.level = info',
    'rootLogger.appenderRef.rolling.ref = rolling',
  );
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
