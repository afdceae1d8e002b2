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

/** Asks the API, with the operator's key unless it is empty. Throws `Refused`, also when nobody answers, and the signal's reason. */
export async function ask<T>(path: string, signal?: AbortSignal, key = ''): Promise<Answer<T>> {
  const headers = { accept: 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) };
  const reply = await request(path, signal, { headers });
  if (!reply.ok) throw new Refused(await problemOf(reply));
  return { value: (await reply.json()) as T, url: reply.url };
}

/** The same for an answer that is text. */
export async function askText(path: string): Promise<string> {
  const reply = await request(path);
  if (!reply.ok) throw new Refused(await problemOf(reply));
  return reply.text();
}

/** Sends JSON, with the operator's key unless it is empty. Throws `Refused`, and the signal's reason. */
export async function askWith(path: string, body: object, key: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) };
  const reply = await request(path, signal, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Refused(await problemOf(reply));
  return reply;
}

async function request(
  path: string,
  signal?: AbortSignal,
  more: RequestInit = { headers: { accept: 'application/json' } },
): Promise<Response> {
  try {
    return await fetch(path, { ...more, ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
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
