import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Server, ServerName } from './server.ts'

const execute = promisify(execFile)

const CONTAINER_PORT = { postgres: 5432, redis: 6379, elasticsearch: 9200 } as const satisfies Record<ServerName, number>

/** Docker Compose over the project's file. `docker` takes the arguments after the word docker and returns what it prints. */
export interface Compose {
  readonly home: string
  readonly docker: (...args: string[]) => Promise<string>
}

/** Docker Compose when the command is there and an engine answers within three seconds; otherwise undefined. */
export async function findCompose(root: string, home: string, env: NodeJS.ProcessEnv): Promise<Compose | undefined> {
  try {
    await execute('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 3000, env })
    await execute('docker', ['compose', 'version'], { timeout: 3000, env })
  } catch {
    return undefined
  }
  const docker = async (...args: string[]): Promise<string> => (await execute('docker', args, { cwd: root, env })).stdout.trim()
  return { home, docker }
}

/** Brings the named services up and waits until they are healthy. Those that ran before are left running by `stop`. */
export async function startWithCompose(compose: Compose, names: readonly ServerName[]): Promise<Server[]> {
  const running = (await compose.docker('compose', 'ps', '--services', '--status', 'running')).split('\n')
  const ours = join(compose.home, 'compose-started')
  // A start that was killed left a note of what it had started; that is still ours to stop.
  const started = new Set(existsSync(ours) ? readFileSync(ours, 'utf8').split('\n') : [])
  for (const name of names) if (!running.includes(name)) started.add(name)
  writeFileSync(ours, [...started].join('\n'))
  await compose.docker('compose', 'up', '--detach', '--wait', ...names)
  return Promise.all(names.map((name) => serverOf(compose, name, started.has(name))))
}

async function serverOf(compose: Compose, name: ServerName, started: boolean): Promise<Server> {
  const address = await compose.docker('compose', 'port', name, String(CONTAINER_PORT[name]))
  const stop = async (): Promise<void> => {
    if (started) await compose.docker('compose', 'stop', name)
  }
  return { name, url: composeUrl(name, address.replace('0.0.0.0', '127.0.0.1')), how: 'Docker Compose', stop }
}

/** The address of a service of docker-compose.yml, whose names and passwords these are. */
function composeUrl(name: ServerName, address: string): string {
  const urls = { postgres: `postgres://thresher:thresher@${address}/thresher`, redis: `redis://${address}`, elasticsearch: `http://${address}` }
  return urls[name]
}
