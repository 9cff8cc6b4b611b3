import type { HttpInterface, Problem } from '../http-interface.d.ts';

/** The schemas of the HTTP interface, by their titles. */
export type Answers = HttpInterface;

/** An answer that is no success, as RFC 9457 tells it; of the host itself there is only the status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? wordsFor(status));
    this.status = status;
    this.problem = problem;
  }
}

/** What the page may ask, with the key of whoever sits before it. */
export interface Client {
  readonly key: string;
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  send<Answer>(method: 'POST' | 'DELETE', path: string, body?: RequestBody): Promise<Answer>;
  /** An event stream, from where another one ended. */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

export interface RequestBody {
  readonly type: string;
  readonly text: string;
}

export function jsonBody(value: unknown): RequestBody {
  return { type: 'application/json', text: JSON.stringify(value) };
}

/** Where the HTTP interface is: what the server wrote into the page. */
export function baseAddress(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=base]')?.content ?? '/api/';
}

/**
 * @param expired called when the key is not taken, or not any more
 */
export function createClient(key: string, expired: () => void): Client {
  async function ask(
    path: string,
    init: RequestInit & { readonly headers?: Record<string, string> },
  ): Promise<Response> {
    const response = await fetch(`${baseAddress()}${path}`, {
      ...init,
      headers: { ...init.headers, 'x-functions-key': key },
      cache: 'no-store',
      redirect: 'error',
    });
    if (response.ok) return response;
    if (response.status === 401) expired();
    throw new Refusal(response.status, await problemIn(response));
  }
  return {
    key,
    get: async (path, signal) => await (await ask(path, signal ? { signal } : {})).json(),
    send: async (method, path, body) =>
      await (
        await ask(path, { method, ...(body && { body: body.text, headers: { 'content-type': body.type } }) })
      ).json(),
    stream: async (path, lastEventId, signal) =>
      await ask(path, {
        signal,
        headers: { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
      }),
  };
}

async function problemIn(response: Response): Promise<Problem | undefined> {
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/problem+json') ? ((await response.json()) as Problem) : undefined;
}

function wordsFor(status: number): string {
  if (status === 401) return 'The key is not taken.';
  if (status === 404) return 'It is not there, or not any more.';
  return `The app answered ${status}.`;
}
