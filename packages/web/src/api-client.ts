import type { Problem } from '@thresher/api';

/** The API refused; `problem` says why, in words for the person at the screen. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** An answer and where it was found after redirects. */
export interface Answer<T> {
  readonly value: T;
  readonly url: string;
}

/** Asks the API, with the operator's key unless it is empty. Throws the signal's reason, and `Refused` if the API refuses or does not answer. */
export async function ask<T>(path: string, signal?: AbortSignal, key = ''): Promise<Answer<T>> {
  const reply = await request(path, key, signal);
  return { value: (await reply.json()) as T, url: reply.url };
}

/** The same for an answer that is text. */
export async function askText(path: string): Promise<string> {
  return (await request(path)).text();
}

/** Sends JSON, with the operator's key unless it is empty. Throws as `ask` does. */
export async function askWith(path: string, body: object, key: string, signal: AbortSignal): Promise<Response> {
  return request(path, key, signal, body);
}

async function request(path: string, key = '', signal?: AbortSignal, body?: object): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(body && { 'content-type': 'application/json' }),
    ...(key !== '' && { authorization: `Bearer ${key}` }),
  };
  const reply = await answerOf(path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }), ...(signal && { signal }) });
  if (!reply.ok) throw new Refused(await problemOf(reply));
  return reply;
}

async function answerOf(path: string, sent: RequestInit): Promise<Response> {
  try {
    return await fetch(path, sent);
  } catch (error) {
    sent.signal?.throwIfAborted();
    throw new Refused({ ...UNANSWERED, message: String(error) });
  }
}

const UNANSWERED: Problem = {
  type: 'about:blank',
  title: 'Thresher does not answer',
  status: 0,
  detail: 'The server cannot be reached: is it still running? Start it again with npm start.',
  message: '',
  request_id: '',
};

async function problemOf(reply: Response): Promise<Problem> {
  const body: unknown = await reply.json().catch(() => null);
  if (typeof body === 'object' && body !== null && 'detail' in body) return body as Problem;
  return {
    ...UNANSWERED,
    title: 'Something went wrong',
    status: reply.status,
    detail: `The server answered ${reply.status} ${reply.statusText}.`,
  };
}
