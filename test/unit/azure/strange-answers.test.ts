import { expect, it } from 'vitest';
import { connectAzure } from '../../../src/azure/connect.ts';
import type { AzureError } from '../../../src/azure/errors.ts';
import type { Azure } from '../../../src/azure/ports.ts';
import { type Answer, answering, connectionOver } from './recording-transport.ts';

const VAULT = 'https://v.vault.azure.net';
const REGISTRY = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acr';
const CHALLENGE = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://elsewhere.example"';

/** Found by the fuzz: each ended as a bug of ours. */
const STRANGE: Readonly<
  Record<string, { readonly answer: Answer; readonly ask: (azure: Azure) => Promise<unknown>; readonly code: string }>
> = {
  'a registry that answers no JSON': {
    answer: { status: 200, body: '<html>' },
    ask: (azure) => azure.registry(REGISTRY, 'acr.azurecr.io').digestOf('api', 'latest'),
    code: 'ConnectionFailed',
  },
  'a vault that answers a secret without an id': {
    answer: { status: 200, body: [] },
    ask: (azure) => azure.vault(VAULT).get('JWT'),
    code: 'UnexpectedAnswer',
  },
  'a vault whose challenge is for another host': {
    answer: { status: 401, headers: { 'www-authenticate': CHALLENGE } },
    ask: (azure) => azure.vault(VAULT).set('JWT', 'v'),
    code: 'UnexpectedAnswer',
  },
};

it.each(Object.entries(STRANGE))('%s is an error of Azure with a code', async (_, { answer, ask, code }) => {
  await expect(ask(connectAzure(connectionOver(answering(answer))))).rejects.toMatchObject({
    name: 'AzureError',
    code,
  });
});

it('a token that is an object which cannot be made a text is no token', async () => {
  const tokens = { status: 200, body: { refresh_token: { toString: 1 }, access_token: { toString: 1 } } };
  const transport = answering(tokens, tokens, { status: 200, headers: { 'docker-content-digest': 'sha256:0' } });
  const digest = await connectAzure(connectionOver(transport))
    .registry(REGISTRY, 'acr.azurecr.io')
    .digestOf('api', 'v1');
  expect(digest).toBe('sha256:0');
  expect(transport.requests.at(-1)?.headers.authorization).toBe('Bearer');
});

const SECRET = 'canary-4b1d7f20c39a';
const CUT: readonly string[] = [
  `{"value":"${SECRET}","id":"https://v.vault.azure.net/secr`,
  `{"value":"${SECRET}",x}`,
  `{"value":${SECRET}}`,
  SECRET,
];

/** Found by reading: the libraries quote the whole body of an answer that they cannot read. */
it.each(CUT)('an answer of the vault that is cut off is told without what was in it: %#', async (body) => {
  const headers = { 'content-type': 'application/json' };
  for (const status of [200, 403]) {
    const vault = connectAzure(connectionOver(answering({ status, headers, body }))).vault(VAULT);
    for (const ask of [() => vault.get('JWT'), () => vault.set('JWT', 'v')]) {
      const error = await ask().then(
        () => expect.fail('it was no secret'),
        (thrown: unknown) => thrown as AzureError,
      );
      expect(error).toMatchObject({ name: 'AzureError', code: status === 200 ? 'ConnectionFailed' : 'Http403' });
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('canary');
    }
  }
});
