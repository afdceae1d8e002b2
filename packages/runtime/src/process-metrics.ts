import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

/** Adds what every process should show: start time, CPU, memory and how long the event loop was blocked. */
export function addProcessMetrics(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.gaugeOf('process_start_time_seconds', 'start of the process, seconds since 1970', () => startedAt);
  metrics.gaugeOf('process_cpu_seconds', 'user and system CPU time', cpuSeconds);
  metrics.gaugeOf('process_resident_memory_bytes', 'resident memory', () => process.memoryUsage.rss());
  metrics.gaugeOf('nodejs_heap_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
  metrics.gaugeOf('nodejs_eventloop_delay_p99_seconds', '99th percentile of the event loop delay since the last scrape', () => {
    // Nanoseconds, and NaN before the first sample.
    const seconds = delay.percentile(99) / 1e9;
    delay.reset();
    return Number.isFinite(seconds) ? seconds : 0;
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
