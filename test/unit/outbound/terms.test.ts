import { Readable } from 'node:stream';
import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { outboundFailure } from '../../../src/outbound/failure.ts';
import { isAllowed, withTerms } from '../../../src/outbound/terms.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { answerJson, scriptedServer } from '../../helpers/http/scripted-server.ts';
import { answering, connectionOver } from '../azure/recording-transport.ts';

const CREDENTIALS = createHttpHeaders({ authorization: 'Bearer secret' });

describe('an allowed origin', () => {
  it.each([
    ['https://management.azure.com/subscriptions?a=b', true],
    ['https://one.vault.azure.net/', true],
    ['https://two.one.vault.azure.net/', true],
    ['http://management.azure.com/', false],
    ['https://management.azure.com:8443/', false],
    ['https://management.azure.com.evil.example/', false],
    ['https://management.azure.com@evil.example/', false],
    ['https://user:word@management.azure.com/', false],
    ['https://evil.example/x.vault.azure.net', false],
    ['https://vault.azure.net/', false],
    ['https://.vault.azure.net/', false],
    ['https://evil-vault.azure.net/', false],
    ['https://one.vault.azure.net:444/', false],
    ['https://one.vault.azure.net./', false],
  ])('%s: %s', (address, expected) => {
    const origins = ['https://management.azure.com', 'https://*.vault.azure.net'];
    expect(URL.canParse(address) && isAllowed(new URL(address), origins)).toBe(expected);
  });
});

describe('a request with credentials', () => {
  it('does not leave to a host that its client does not speak to, nor where nobody says to whom it speaks', async () => {
    const elsewhere = await scriptedServer(answerJson(200, {}));
    const send = (transport: HttpClient): Promise<unknown> =>
      transport.sendRequest(
        createPipelineRequest({ url: `${elsewhere.url}/x`, headers: CREDENTIALS, allowInsecureConnection: true }),
      );
    const bound = withTerms(createTransport(), { origins: ['https://*.blob.core.windows.net'] });
    const refused = await send(bound).catch((error: unknown) => error);
    expect(outboundFailure(refused)).toMatchObject({
      code: 'host_refused',
      message: expect.stringContaining('only to https://*.blob.core.windows.net'),
    });
    await expect(send(createTransport())).rejects.toMatchObject({ code: 'host_refused' });
    expect(elsewhere.requests).toEqual([]);
    await send(withTerms(createTransport(), { origins: [elsewhere.url] }));
    expect(elsewhere.requests).toHaveLength(1);
  });

  it('is checked again where the same request is sent to another address', async () => {
    const elsewhere = await scriptedServer(answerJson(200, {}));
    const home = await scriptedServer(answerJson(200, {}));
    const bound = withTerms(createTransport(), { origins: [home.url] });
    const request = createPipelineRequest({ url: home.url, headers: CREDENTIALS, allowInsecureConnection: true });
    await bound.sendRequest(request);
    request.url = elsewhere.url;
    await expect(bound.sendRequest(request)).rejects.toMatchObject({ code: 'host_refused' });
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('an address of Azure that leads elsewhere gets nothing:', () => {
  const nobody = () => answering({ status: 200, body: { access_token: 'a', refresh_token: 'b' } });

  it.each(['https://evil.example/', 'https://kv.vault.azure.net.evil.example/', 'http://kv.vault.azure.net/'])(
    'the vault %s',
    async (address) => {
      const transport = nobody();
      await expect(connectAzure(connectionOver(transport)).vault(address).get('x')).rejects.toThrow();
      expect(transport.requests).toEqual([]);
    },
  );

  it.each(['evil.example', 'evil.example/x.azurecr.io', 'cr.azurecr.io@evil.example', 'cr.azurecr.io.evil.example'])(
    'the registry %s',
    async (loginServer) => {
      const transport = nobody();
      const registry = connectAzure(connectionOver(transport)).registry('/subscriptions/s/r', loginServer);
      await expect(registry.digestOf('a', 'b')).rejects.toMatchObject({ code: 'host_refused' });
      expect(transport.requests).toEqual([]);
    },
  );

  it('the upload of sources, and the log of a build', async () => {
    const transport = answering({
      status: 200,
      body: { uploadUrl: 'https://evil.example/a?sig=b', relativePath: 'a', logLink: 'https://evil.example/log' },
    });
    const registry = connectAzure(connectionOver(transport)).registry('/subscriptions/s/r', 'cr.azurecr.io');
    await expect(registry.uploadSource(async () => Readable.from([Buffer.from('a')]))).rejects.toMatchObject({
      code: 'host_refused',
    });
    await expect(registry.buildLog('r', 0)).rejects.toMatchObject({ code: 'host_refused' });
    expect(transport.requests.map(({ url }) => new URL(url).host)).toEqual(Array(2).fill('management.azure.com'));
  });

  it('the log of a container', async () => {
    const transport = answering({
      status: 200,
      body: {
        properties: { eventStreamEndpoint: 'https://evil.example/x', token: 'log-token' },
        value: [{ properties: { containers: [{ logStreamEndpoint: 'https://evil.example/y' }] } }],
      },
    });
    const { apps } = connectAzure(connectionOver(transport));
    await apps.revisionLogs('s', 'g', 'a', 'a--1');
    expect(new Set(transport.requests.map(({ url }) => new URL(url).host))).toEqual(new Set(['management.azure.com']));
  });
});

it('every cloud says where its clients may send', () => {
  for (const name of ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud']) {
    const { resourceManager, authority } = cloudEndpoints(name);
    expect([resourceManager, authority].every((address) => address === new URL(address).origin)).toBe(true);
  }
});
