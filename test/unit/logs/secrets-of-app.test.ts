import { expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { ArmResource, Azure } from '../../../src/azure/ports.ts';
import { createSecretsReader } from '../../../src/logs/secrets-of-app.ts';

const APP = '/subscriptions/s/resourceGroups/g/providers/Microsoft.App/containerApps/api';

function app(revision: string, secrets: readonly object[]): ArmResource {
  return {
    id: APP,
    properties: { latestRevisionName: revision, configuration: { secrets } },
  } as unknown as ArmResource;
}

function reader(refused: readonly string[] = []) {
  const asked: string[] = [];
  const azure = {
    apps: { secretValues: async () => void asked.push('own') },
    vault: (origin: string) => ({
      async inspect(name: string, version?: string) {
        asked.push(`${origin} ${name} ${version}`);
        if (refused.includes(name)) throw new AzureError({ code: 'Forbidden', message: `no right to ${name}` });
        return name === 'off' ? { id: '', enabled: false, text: 'not to be read' } : { id: '', enabled: true };
      },
    }),
  } as unknown as Pick<Azure, 'apps' | 'vault'>;
  return { asked, read: createSecretsReader(azure) };
}

const vaulted = (path: string) => ({ name: 'x', keyVaultUrl: `https://kv.vault.azure.net/secrets/${path}` });

it('secrets of a vault are read in the version that the app has, and again only when it has another', async () => {
  const { asked, read } = reader();
  expect(await read(app('one', [vaulted('jwt/v1'), vaulted('jwt/v1')]))).toEqual([]);
  await read(app('one', [vaulted('jwt/v1')]));
  expect(asked).toEqual(['https://kv.vault.azure.net jwt v1']);
  await read(app('two', [vaulted('jwt/v2'), vaulted('newest')]));
  expect(asked.slice(1)).toEqual(['https://kv.vault.azure.net jwt v2', 'https://kv.vault.azure.net newest undefined']);
});

it('its own are read again with each revision', async () => {
  const { asked, read } = reader();
  for (const revision of ['one', 'one', 'two']) await read(app(revision, [{ name: 'own' }]));
  expect(asked).toEqual(['own', 'own']);
});

it('what cannot be read is said, once, and keeps no other from being read', async () => {
  const { asked, read } = reader(['shut']);
  const secrets = [vaulted('shut/1'), vaulted('off/1'), vaulted('jwt/1')];
  expect(await read(app('one', secrets))).toEqual(['no right to shut', 'off is disabled or gone']);
  expect(await read(app('one', secrets))).toEqual([]);
  expect(asked).toHaveLength(3);
});
