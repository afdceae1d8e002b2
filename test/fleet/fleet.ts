import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { freePort } from '../../scripts/services/ports.ts';
import { type Program, type RunningProcess, startProcess } from '../chaos/processes.ts';
import { until } from '../chaos/until.ts';
import type { Place } from './place.ts';

/** A process that is started again whenever it ends, as systemd or a container engine would do, in its own process group. */
export interface Member {
  readonly name: string;
  /** `http://127.0.0.1:PORT`: of the API, or of the metrics of a worker. */
  readonly url: string;
  /** How often it ended by itself. */
  unforeseenEnds(): number;
  /** kill -9; resolves once it works again. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves to what it ended with once it works again. */
  restart(): Promise<number | NodeJS.Signals>;
  /** SIGTERM, and it stays away. Resolves to what it ended with. */
  stop(): Promise<number | NodeJS.Signals>;
}

/** What a command did. */
export interface CommandResult {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
}

/** The processes of an installation on the servers of a place. */
export interface Fleet extends AsyncDisposable {
  /** Starts a process; resolves once it is ready. */
  start(program: 'harvester' | 'transformer' | 'api', name: string): Promise<Member>;
  /** Gives a command of `thresher`. Its standard error is in the folder for logs. */
  command(...args: string[]): Promise<CommandResult>;
  /** The same; throws unless it ends with 0. */
  must(...args: string[]): Promise<string>;
}

export interface FleetOptions {
  readonly place: Pick<Place, 'logs'>;
  /** Ends the waiting for processes. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string>>;
  /** The checkout of the programs; this one unless specified. */
  readonly root?: string;
  /** Distinguishes the logs of several fleets. */
  readonly name?: string;
}

/** A process that takes longer to begin its work is a fault. */
const READY_MS = 180_000;

export function openFleet({ place, signal, env, root, name: fleetName = 'fleet' }: FleetOptions): Fleet {
  const members: { end(): Promise<void> }[] = [];
  const whole = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env };
  const launch = (program: Program, args: readonly string[], name: string, more: Readonly<Record<string, string>> = {}): RunningProcess =>
    startProcess(program, args, {
      env: { ...whole, ...more },
      logFile: join(place.logs, `${fleetName}-${name}.log`),
      ownGroup: true,
      ...(root !== undefined && { root }),
    });
  const fleet: Fleet = {
    async start(program, name) {
      const port = String(await freePort(0));
      // The log of the API has a line for every request.
      const more = program === 'api' ? { HOST: '127.0.0.1', PORT: port, LOG_LEVEL: 'warn' } : { METRICS_PORT: port };
      const kept = keepRunning(() => launch(program, [], name, more));
      members.push(kept);
      const url = `http://127.0.0.1:${port}`;
      const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
      const ready = (): Promise<void> => until(isReady, READY_MS, signal);
      await ready();
      return {
        name,
        url,
        unforeseenEnds: kept.unforeseenEnds,
        async kill() {
          await kept.signal('SIGKILL');
          await ready();
        },
        async restart() {
          const how = await kept.signal('SIGTERM');
          await ready();
          return how;
        },
        stop: () => kept.stop(),
      };
    },
    async command(...args) {
      const process = launch('cli', args, 'commands');
      const member = { end: async () => process.signal('SIGKILL') };
      members.push(member);
      const code = await Promise.race([process.ended, abortOf(signal)]);
      members.splice(members.indexOf(member), 1);
      return { code, stdout: process.stdout() };
    },
    async must(...args) {
      const { code, stdout } = await fleet.command(...args);
      if (code !== 0)
        throw new Error(`thresher ${args.join(' ')} ended with ${code}: see ${join(place.logs, `${fleetName}-commands.log`)}`);
      return stdout;
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(members.map((member) => member.end()))),
  };
  return fleet;
}

async function abortOf(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

interface Kept {
  unforeseenEnds(): number;
  /** Resolves to what the process ended with; another one has been started by then. */
  signal(name: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  stop(): Promise<number | NodeJS.Signals>;
  /** Ends it for good, at once. */
  end(): Promise<void>;
}

function keepRunning(launch: () => RunningProcess): Kept {
  let [over, expected, unforeseen] = [false, false, 0];
  let current: RunningProcess;
  const start = (): void => {
    expected = false;
    const process = (current = launch());
    void process.ended.then(async () => {
      if (!expected) {
        unforeseen++;
        // A process that ends at once is not started a hundred times per second.
        await sleep(1_000);
      }
      if (!over) start();
    });
  };
  start();
  const signal = (name: NodeJS.Signals): Promise<number | NodeJS.Signals> => {
    const { ended } = current;
    expected = true;
    current.signal(name);
    return ended;
  };
  return {
    unforeseenEnds: () => unforeseen,
    signal,
    stop() {
      over = true;
      return signal('SIGTERM');
    },
    async end() {
      over = true;
      if (!current.hasEnded()) await signal('SIGKILL');
    },
  };
}
