import { createServer } from 'node:http';

/** Serves JSON routes, `GET /path` → handler; everything else is 404. Port 0.0.0.0:PORT, as containers need. */
export function serve(routes, port) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const route = routes[`${request.method} ${pathname}`];
    const [status, body] = route ? [200, await route(request)] : [404, { error: 'not found' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(Number(port), process.env.HOST ?? '0.0.0.0');
  process.on('SIGTERM', () => server.close());
  return server;
}
