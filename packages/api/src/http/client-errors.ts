import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ApiProblem, PROBLEM_TYPE, problemDocument } from '../problems/problem.ts';

/** What Node's parser makes of bytes that are no request, by the code of its error. */
const PROBLEMS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'the headers of the request are longer than 16 KB: shorten the query, or send it with POST if that is possible',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time: send it again'],
};

/** Answers bytes that are no HTTP request with a problem document, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = PROBLEMS[error.code ?? ''] ?? [400, 'this is no HTTP request'];
  const body = JSON.stringify(problemDocument(new ApiProblem(status, 'bad-request', detail), randomUUID()));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** Answers a request with an `Expect` header that asks for anything but 100-continue (RFC 9110, 10.1.1). */
export function answerExpectation(_: unknown, reply: ServerResponse): void {
  const problem = new ApiProblem(417, 'bad-request', 'the header Expect can ask for 100-continue only: leave it out');
  reply.writeHead(417, { 'content-type': PROBLEM_TYPE, connection: 'close' }).end(JSON.stringify(problemDocument(problem, randomUUID())));
}
