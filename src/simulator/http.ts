import type { IncomingHttpHeaders } from 'node:http';
import type { HandOn } from './arm/message.ts';

export interface HttpRequest {
  readonly method: string;
  /** Without port, lower case. */
  readonly host: string;
  /** As the client wrote it: `host` or `host:port`. */
  readonly authority: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For the request log. */
  readonly operation?: string;
  /** Of an app, that the ingress sent the request to; for the request log. */
  readonly revision?: string;
  /** The body goes on: what comes is written until the end, and looked for until it is stopped. */
  readonly follow?: (write: (text: string) => void, end: () => void) => () => void;
  /** The host of an app gives the answer. */
  readonly handOn?: HandOn;
}

export function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function bearerOf(request: HttpRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
}

/** User and password, which may hold colons. */
export function basicOf(request: HttpRequest): { readonly username: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}
