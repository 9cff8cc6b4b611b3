import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../src/simulator/tls/authority.ts';

/** A storage that takes whatever is put, and keeps nothing: its host and certificate are Azure's. Prints where it listens, as JSON. */
const authority = await createAuthority();
const server = createServer(
  {
    SNICallback: (host, callback) =>
      void authority.contextFor(host).then(
        (context) => callback(null, context),
        (error: Error) => callback(error),
      ),
  },
  (request, response) => {
    request.resume().once('end', () => response.writeHead(201).end());
  },
);
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port, caCertificate: authority.certificate })}\n`);
});
