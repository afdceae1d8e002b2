import type { FastifyReply } from 'fastify';

/** Aborts when the connection closes before the reply has ended. The signal of Fastify's request aborts once a body was read. */
export function clientGone({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => raw.writableFinished || gone.abort());
  return gone.signal;
}
