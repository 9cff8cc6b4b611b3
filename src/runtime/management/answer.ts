import type { ServerResponse } from 'node:http';

/** What the management API says to a request. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const notFound: Answer = { status: 404 };

export function refusal(status: number, message: string): Answer {
  return { status, body: { Message: message } };
}

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const content = body === undefined ? '' : JSON.stringify(body);
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers, 'content-length': Buffer.byteLength(content) }).end(content);
}
