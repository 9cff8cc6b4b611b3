import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { createSignIn } from '../../../src/azure/sign-in.ts';

const SCOPE = 'https://management.azure.com/.default';
const TOKEN: AccessToken = { token: 'a-token', expiresOnTimestamp: 0 };

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

/** A credential as the identity library's are: whatever goes wrong, it says only that there is no token. */
function watched(answers: readonly Answer[]) {
  let now = 1_000_000;
  let asked = 0;
  const signIn = createSignIn(() => now);
  const credential: TokenCredential = {
    async getToken() {
      const answer = answers[asked];
      asked += 1;
      if (!answer) throw unexplained();
      const response = await signIn.policy
        .sendRequest(createPipelineRequest({ url: 'https://login.microsoftonline.com/token' }), async (request) => {
          const { status, headers = {}, text = '{}' } = answer;
          return { request, status, headers: createHttpHeaders(headers), bodyAsText: text } satisfies PipelineResponse;
        })
        .catch(() => undefined);
      if (response?.status !== 200 || answer.text === '<html>') throw unexplained();
      return TOKEN;
    },
  };
  const { getToken } = signIn.watch(credential);
  return {
    token: () => getToken(SCOPE),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

function unexplained(): Error {
  return Object.assign(new Error(''), { name: 'AuthenticationRequiredError' });
}

describe('sign-in', () => {
  it('tells for how long the service wants to be left alone, a day as well', async () => {
    const { token } = watched([{ status: 429, headers: { 'retry-after': '86400' } }]);
    await expect(token()).rejects.toMatchObject({ name: 'AzureError', statusCode: 429, retryAfterInSeconds: 86_400 });
  });

  it('counts the minute in which the library asks nobody, and repeats the reason while it lasts', async () => {
    const { token, pass } = watched([{ status: 429, headers: { 'retry-after': '5' } }]);
    await expect(token()).rejects.toMatchObject({ statusCode: 429, retryAfterInSeconds: 62 });
    pass(40);
    await expect(token()).rejects.toMatchObject({ statusCode: 429, retryAfterInSeconds: 22 });
    pass(23);
    await expect(token()).rejects.toMatchObject({ name: 'AuthenticationRequiredError' });
  });

  it('tells an answer that was cut short from a refusal', async () => {
    const { token } = watched([
      { status: 200, text: '<html>' },
      { status: 400, text: '{"error":"invalid_client"}' },
    ]);
    await expect(token()).rejects.toMatchObject({ name: 'AzureError', code: 'ConnectionFailed' });
    const { token: refused } = watched([{ status: 400, text: '{"error":"invalid_client"}' }]);
    await expect(refused()).rejects.toMatchObject({ name: 'AuthenticationRequiredError' });
  });
});
