import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProbe } from '../../../src/azure/probe.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { createAuthority } from '../../../src/simulator/tls/authority.ts';

interface Seen {
  readonly serverName: unknown;
  readonly host: string | undefined;
  readonly socket: number | undefined;
}

/** A TLS server that shows a certificate for whatever name it is asked for. */
async function anyHost() {
  const authority = await createAuthority();
  const seen: Seen[] = [];
  const server: Server = createServer(
    {
      SNICallback: (name, callback) => {
        authority.contextFor(name).then(
          (context) => callback(null, context),
          (error: Error) => callback(error),
        );
      },
    },
    (request, response) => {
      if (request.url === '/silent') return;
      const socket = request.socket as TLSSocket;
      seen.push({ serverName: socket.servername, host: request.headers.host, socket: socket.remotePort });
      response.end('ok');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, caCertificate: authority.certificate, seen };
}

describe('the bent transport', () => {
  it('reaches every host at one port, each by its real name and over a connection that is kept', async () => {
    const { seen, ...connectTo } = await anyHost();
    const transport = createTransport({ connectTo });
    for (const url of [
      'https://management.azure.com/a',
      'https://kv.vault.azure.net/b',
      'https://management.azure.com/c',
    ]) {
      expect((await transport.sendRequest(createPipelineRequest({ url }))).status).toBe(200);
    }
    expect(seen.map(({ serverName, host }) => [serverName, host])).toEqual([
      ['management.azure.com', 'management.azure.com'],
      ['kv.vault.azure.net', 'kv.vault.azure.net'],
      ['management.azure.com', 'management.azure.com'],
    ]);
    expect(seen[2]?.socket).toBe(seen[0]?.socket);
    expect(seen[1]?.socket).not.toBe(seen[0]?.socket);
  });

  it('trusts nobody but the authority it was given', async () => {
    const { port } = await anyHost();
    const { certificate: caCertificate } = await createAuthority();
    const transport = createTransport({ connectTo: { port, caCertificate } });
    const request = createPipelineRequest({ url: 'https://management.azure.com/' });
    await expect(transport.sendRequest(request)).rejects.toThrow(/certificate/i);
  });
});

describe('a probe', () => {
  it('answers the status, or why there is none', async () => {
    const { seen: _, ...connectTo } = await anyHost();
    const probe = createProbe(createTransport({ connectTo }));
    expect(await probe.get('https://app.example.azurecontainerapps.io/health')).toEqual({
      kind: 'answered',
      status: 200,
      date: expect.any(Date),
    });
    const silent = await probe.get('https://app.example.azurecontainerapps.io/silent', 0.05);
    expect(silent).toEqual({
      kind: 'unreachable',
      code: 'ConnectionFailed',
      message: expect.stringMatching(/no answer from app/),
    });
    const nobody = createProbe(createTransport({ connectTo: { ...connectTo, port: 1 } }));
    expect(await nobody.get('https://app.example.azurecontainerapps.io/')).toMatchObject({ kind: 'unreachable' });
  });
});
