import type { FastifyRequest } from 'fastify';

const PATHS = new Set(['/healthz', '/readyz', '/metrics']);

/** Whether a request is one of monitoring, which no limit refuses. */
export const isOperation = ({ routeOptions }: FastifyRequest): boolean => PATHS.has(routeOptions.url ?? '');
