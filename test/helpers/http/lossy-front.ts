import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/**
 * Before an app: the first answer to each request, by method and path, is lost on the way; the app has done then what it was asked for.
 * @returns its address, and which answers were lost
 */
export async function lossyFront(app: string): Promise<{ readonly url: string; readonly lost: ReadonlySet<string> }> {
  const lost = new Set<string>();
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request;
    const body = await buffer(request);
    forward(`${app}${url}`, { method, headers }, async (answer) => {
      const bytes = await buffer(answer);
      const name = `${method} ${url}`;
      if (lost.has(name)) return response.writeHead(answer.statusCode ?? 0, answer.headers).end(bytes);
      lost.add(name);
      return request.socket.destroy();
    }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost };
}
