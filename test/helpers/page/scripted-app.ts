import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { COMMAND_LINE } from '../product/command-line.ts';

/** Answers one request below `/api/`; a value is JSON, and a function writes by itself. */
type Scripted = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface ScriptedApp {
  readonly url: string;
  readonly key: string;
  /** What is answered, by `GET environments/staging`; it may be changed while the page is open. */
  readonly routes: Record<string, Scripted>;
  /** Breaks every connection off. */
  cutOff(): void;
  /** Takes another key, too. */
  acceptKey(key: string): void;
  /** From now on every key is refused. */
  expireKeys(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; require-trusted-types-for 'script'";

/** The built page on an HTTP interface that says whatever a test wants to be said. */
export async function scriptedApp(routes: Record<string, Scripted>): Promise<ScriptedApp> {
  const key = 'scripted-key';
  const keys = new Set([key]);
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
    if (path === 'ui' || path.startsWith('ui/')) return await sendPage(path.slice(3) || 'page.html', response);
    if (!keys.has(String(request.headers['x-functions-key']))) return void response.writeHead(401).end();
    const scripted = routes[`${request.method} ${path}`];
    if (!scripted)
      return sendJson(response, 404, {
        type: '',
        title: '',
        status: 404,
        code: 'run_unknown',
        detail: 'There is no such run.',
      });
    const answer = await scripted(request, response);
    if (answer !== undefined) sendJson(response, 200, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    routes,
    cutOff: () => server.closeAllConnections(),
    acceptKey: (other) => void keys.add(other),
    expireKeys() {
      keys.clear();
      server.closeAllConnections();
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
}

async function sendPage(name: string, response: ServerResponse): Promise<void> {
  const text = await readFile(join(dirname(COMMAND_LINE), 'page', name), 'utf8');
  response.writeHead(200, {
    'content-type': TYPES[name.split('.').at(-1) ?? ''] ?? '',
    'content-security-policy': POLICY,
  });
  response.end(text.replaceAll('{base}', '/api/'));
}

/** An event stream from where its reader was; undefined ends leave it open. */
export function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  events: readonly object[],
  { most = events.length, ends = false }: { readonly most?: number; readonly ends?: boolean } = {},
): void {
  const from = Number(request.headers['last-event-id'] ?? 0);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const part = events.slice(from, from + most);
  for (const [index, event] of part.entries())
    response.write(`id: ${from + index + 1}\ndata: ${JSON.stringify(event)}\n\n`);
  if (ends && from + part.length === events.length) response.end('event: end\ndata: {}\n\n');
}
