import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classifyError } from '../../../src/azure/classify.ts';
import { type AzureError, errorOfException } from '../../../src/azure/errors.ts';
import { outboundFailure } from '../../../src/outbound/failure.ts';
import { createFetch } from '../../../src/outbound/fetch.ts';
import { createRoutes, type Routes } from '../../../src/outbound/routes.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { createAuthority } from '../../../src/simulator/tls/authority.ts';
import { type ConnectProxyOptions, startConnectProxy } from '../../helpers/http/connect-proxy.ts';
import { startTlsFront } from '../../helpers/http/tls-front.ts';

const CREDENTIALS = { user: 'build', password: 'canary-proxy-5d1c' };
const ADDRESS = 'https://management.azure.com/subscriptions';

/** Both forms of the one transport, and what each rejects with. */
async function rejections(routes: Routes): Promise<{ readonly azure: AzureError; readonly fetched: Error }> {
  const fetched = await createFetch(() => routes)(ADDRESS).catch((error: Error) => error);
  const azure = await createTransport({ routes })
    .sendRequest(createPipelineRequest({ url: ADDRESS }))
    .catch(errorOfException);
  if (!(fetched instanceof Error) || !(azure instanceof Error)) throw new Error('both were answered');
  return { azure, fetched };
}

async function through(options: Partial<ConnectProxyOptions>, credentials = ''): ReturnType<typeof rejections> {
  const { port } = await startConnectProxy({ portOf: () => undefined, ...options });
  return await rejections(createRoutes({ HTTPS_PROXY: `http://${credentials}127.0.0.1:${port}` }));
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a proxy that gives no tunnel', () => {
  it.each([
    ['wants credentials', { credentials: CREDENTIALS }, '', 407],
    ['wants other credentials', { credentials: CREDENTIALS }, 'build:canary-wrong-77@', 407],
    ['forbids the host', { refuses: () => 403 }, 'build:canary-wrong-77@', 403],
  ] as const)('%s, which is said at once and with its code', async (_, options, credentials, status) => {
    const { azure, fetched } = await through(options, credentials);
    expect(azure.code).toBe('proxy_refused');
    expect(azure.message).toMatch(
      new RegExp(
        `^the proxy http://127.0.0.1:\\d+ refuses the connection to management.azure.com: it answers ${status};`,
      ),
    );
    expect(classifyError(azure)).toMatchObject({ kind: 'act', hint: expect.stringContaining('NO_PROXY') });
    expect(outboundFailure(fetched)).toMatchObject({
      code: 'proxy_refused',
      message: expect.stringContaining(`${status}`),
    });
    expect(JSON.stringify([azure, { ...fetched }, String(fetched.stack), String(fetched.cause)])).not.toContain(
      'canary',
    );
  });

  it('and does not find the host is as good as no such host', async () => {
    const { azure, fetched } = await through({});
    expect(azure).toMatchObject({ code: 'HostNotFound' });
    expect(azure.message).toContain('does not reach management.azure.com: it answers 502');
    expect(outboundFailure(fetched)).toBeUndefined();
  });

  it('is not there, which may pass', async () => {
    const routes = createRoutes({ HTTPS_PROXY: `http://u:canary-proxy-1@127.0.0.1:${await closedPort()}` });
    const { azure, fetched } = await rejections(routes);
    expect(azure).toMatchObject({ code: 'proxy_unreachable', message: expect.stringContaining('(ECONNREFUSED)') });
    expect(classifyError(azure).kind).toBe('retry');
    expect(outboundFailure(fetched)).toMatchObject({ code: 'proxy_unreachable' });
    expect(`${azure.message}${fetched.stack}`).not.toContain('canary');
  });

  it('hangs up', async () => {
    const server = createServer((socket) => void socket.once('data', () => socket.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { azure } = await rejections(createRoutes({ HTTPS_PROXY: `http://127.0.0.1:${port}` }));
    expect(azure).toMatchObject({ code: 'proxy_unreachable', message: expect.stringContaining('it gave no answer') });
  });
});

it('a certificate of an unknown authority is told with the variable that names one', async () => {
  const authority = await createAuthority('Unknown authority');
  const front = await startTlsFront(authority, await closedPort());
  const { azure, fetched } = await through({ portOf: () => front });
  expect(azure.code).toBe('certificate_untrusted');
  expect(classifyError(azure)).toMatchObject({ kind: 'act', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
  expect(outboundFailure(fetched)).toMatchObject({ code: 'certificate_untrusted' });
});

it('an address that NO_PROXY names is not asked of the proxy', async () => {
  const { port, asked } = await startConnectProxy({ portOf: () => undefined });
  const routes = createRoutes({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '.invalid' });
  await expect(createFetch(() => routes)('https://a.invalid/')).rejects.toThrow();
  expect(asked).toEqual([]);
});

it('plain HTTP goes through the proxy too, as a request for the whole address', async () => {
  const { port, asked } = await startConnectProxy({ portOf: () => undefined });
  const routes = createRoutes({ HTTP_PROXY: `http://127.0.0.1:${port}` });
  expect((await createFetch(() => routes)('http://a.example/b?c')).status).toBe(501);
  expect(asked).toEqual([{ target: 'GET http://a.example/b?c', status: 501 }]);
});
