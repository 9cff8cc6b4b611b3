import { createHttpHeaders, createPipelineRequest, type HttpClient, type HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { AzureError, errorOfException } from '../../../src/azure/errors.ts';
import { questionsOnly } from '../../../src/outbound/questions-only.ts';

function gate() {
  const sent: string[] = [];
  const transport: HttpClient = {
    async sendRequest(request) {
      sent.push(`${request.method} ${request.url}`);
      return { request, status: 200, headers: createHttpHeaders() };
    },
  };
  const client = questionsOnly(transport, ['https://management.azure.com']);
  const ask = async (method: HttpMethods, url: string) =>
    await client.sendRequest(createPipelineRequest({ method, url }));
  return { sent, ask };
}

describe('a transport for questions only', () => {
  it('lets a question to the one host pass', async () => {
    const { sent, ask } = gate();
    await ask('GET', 'https://management.azure.com/subscriptions?api-version=1');
    expect(sent).toEqual(['GET https://management.azure.com/subscriptions?api-version=1']);
  });

  it.each([
    ['POST', 'https://management.azure.com/a/listKeys'],
    ['PUT', 'https://management.azure.com/a'],
    ['HEAD', 'https://management.azure.com/a'],
    ['DELETE', 'https://management.azure.com/a'],
    ['GET', 'https://shop-kv.vault.azure.net/secrets/a'],
    ['GET', 'http://management.azure.com/a'],
    ['GET', 'https://management.azure.com:8443/a'],
    ['GET', 'https://management.azure.com.evil.example/a'],
    ['GET', 'https://user@management.azure.com/a'],
  ] as const)('sends nothing else: %s %s', async (method, url) => {
    const { sent, ask } = gate();
    const refused = await ask(method, url).catch((error: unknown) => error);
    expect(sent).toEqual([]);
    expect(errorOfException(refused)).toBeInstanceOf(AzureError);
    // As what the caller may not ask, without which a plan goes on.
    expect(errorOfException(refused)).toMatchObject({ code: 'not_asked', statusCode: 403 });
  });
});
