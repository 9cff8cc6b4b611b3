import { request } from 'node:https';
import { createServer, connect as openSocket } from 'node:net';
import { connect as openTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openConnectProxy } from '../../../src/simulator/connect-proxy.ts';
import { simulatedClients } from '../../helpers/cloud/simulated-clients.ts';

const LOGIN = 'https://login.microsoftonline.com';

describe('the identity platform', () => {
  it('describes itself to clients that know their tenant and to those that do not', async () => {
    const { send, simulator } = await simulatedClients();
    const document = async (path: string) => (await send('GET', `${LOGIN}/${path}`, { token: null })).body;
    const own = await document(`${simulator.tenantId}/v2.0/.well-known/openid-configuration`);
    expect(own).toMatchObject({
      issuer: `${LOGIN}/${simulator.tenantId}/v2.0`,
      token_endpoint: `${LOGIN}/${simulator.tenantId}/oauth2/v2.0/token`,
    });
    expect((await document('organizations/v2.0/.well-known/openid-configuration')).issuer).toBe(
      `${LOGIN}/{tenantid}/v2.0`,
    );
    expect((await document(`${simulator.tenantId}/.well-known/openid-configuration`)).issuer).toBe(
      `https://sts.windows.net/${simulator.tenantId}/`,
    );
    const instance = await document('common/discovery/instance');
    expect(instance.metadata).toMatchObject([{ preferred_network: 'login.microsoftonline.com' }]);
    expect(await document('common/discovery/v2.0/keys')).toEqual({ keys: [] });
    const stranger = await send('GET', `${LOGIN}/${simulator.subscriptionId}/v2.0/.well-known/openid-configuration`);
    expect(stranger.status).toBe(400);
  });

  it('gives tokens by both versions of its endpoint', async () => {
    const { send, simulator, group } = await simulatedClients();
    const form = (resource: string) =>
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: simulator.clientId,
        client_secret: simulator.clientSecret,
        [resource]: 'https://management.azure.com/',
      });
    for (const [path, member] of [
      ['oauth2/v2.0/token', 'scope'],
      ['oauth2/token', 'resource'],
    ] as const) {
      const { body } = await send('POST', `${LOGIN}/${simulator.tenantId}/${path}`, { body: form(member) });
      const token = String(body.access_token);
      expect((await send('GET', `https://management.azure.com${group}?api-version=2025-04-01`, { token })).status).toBe(
        200,
      );
    }
  });

  it('knows the service principals of the tenant by id, by client and by name, for who is signed in', async () => {
    const { send, create, simulator, credential } = await simulatedClients();
    const path = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
    const { properties } = await create(path, { location: 'westeurope' }, '2024-11-30');
    const { principalId, clientId } = properties as { principalId: string; clientId: string };
    const { token } = await credential.getToken('https://graph.microsoft.com/.default');
    const graph = 'https://graph.microsoft.com/v1.0';
    const found = async (filter: string) => {
      const url = `${graph}/servicePrincipals?$filter=${encodeURIComponent(filter)}`;
      return ((await send('GET', url, { token })).body.value as { id: string }[]).map(({ id }) => id);
    };
    const { deployerId } = simulator.state();
    expect(await found(`servicePrincipalNames/any(c:c eq '${simulator.clientId}')`)).toEqual([deployerId]);
    expect(await found(`appId eq '${clientId}'`)).toEqual([principalId]);
    expect(await found("startswith(displayName,'id-')")).toEqual([principalId]);
    const one = await send('GET', `${graph}/servicePrincipals/${principalId}`, { token });
    expect(one.body).toMatchObject({ displayName: 'id-demo', servicePrincipalType: 'ManagedIdentity' });
    const byIds = await send('POST', `${graph}/directoryObjects/getByIds`, {
      token,
      body: { ids: [deployerId, 'none'] },
    });
    expect((byIds.body.value as unknown[]).length).toBe(1);
    expect((await send('GET', `${graph}/users`, { token })).body.value).toEqual([]);
    expect((await send('GET', `${graph}/servicePrincipals`, { token: null })).status).toBe(401);
  });
});

describe('the proxy for clients that know HTTPS_PROXY', () => {
  it('connects every name with the simulator, which answers for it by its own certificate', async () => {
    const { simulator } = await simulatedClients();
    const proxy = await openConnectProxy(simulator);
    onTestFinished(() => proxy.close());
    const answer = await getThrough(proxy.url, 'login.microsoftonline.com', '/common/discovery/instance', simulator);
    expect(JSON.parse(answer)).toMatchObject({ 'api-version': '1.1' });
  });

  it('takes nothing but CONNECT, and its end ends what goes through it', async () => {
    const { simulator } = await simulatedClients();
    const proxy = await openConnectProxy(simulator);
    expect((await fetch(proxy.url)).status).toBe(405);
    const socket = openSocket(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.write('CONNECT management.azure.com:443 HTTP/1.1\r\nHost: management.azure.com:443\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await proxy.close();
    await ended;
  });

  it('closes the connection of a client when the simulator is not there', async () => {
    const unused = createServer();
    await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
    const { port } = unused.address() as { port: number };
    await new Promise((resolve) => unused.close(resolve));
    const proxy = await openConnectProxy({ port });
    onTestFinished(() => proxy.close());
    const socket = openSocket(Number(new URL(proxy.url).port), '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write('CONNECT management.azure.com:443 HTTP/1.1\r\nHost: management.azure.com:443\r\n\r\n');
    await ended;
  });
});

/** One GET through the proxy, the certificate checked. */
async function getThrough(
  proxy: string,
  host: string,
  path: string,
  { caCertificate }: { readonly caCertificate: string },
): Promise<string> {
  const socket = openSocket(Number(new URL(proxy).port), '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  const secured = openTls({ socket, servername: host, ca: caCertificate });
  return await new Promise((resolve, reject) => {
    const sent = request({ createConnection: () => secured, host, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end();
  });
}
