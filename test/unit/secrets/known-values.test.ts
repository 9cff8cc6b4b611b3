import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { VaultSecret } from '../../../src/azure/ports.ts';
import { databaseUrl, rabbitmqUrl, redisUrl } from '../../../src/secrets/connection-strings.ts';
import { foreseenValues, storedValues } from '../../../src/secrets/known-values.ts';
import { composedSecrets } from '../../../src/secrets/secret-settings.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const URI = 'https://shop-kv.vault.azure.net/';
const secret = (name: string, value: string): VaultSecret => ({ name, value, id: `${URI}secrets/${name}/2`, tags: {} });
const vaultOf = (...secrets: readonly VaultSecret[]) => ({
  async get(name: string) {
    if (name === 'CLOSED') throw new AzureError({ code: 'Forbidden', message: 'no', statusCode: 403 });
    return secrets.find((one) => one.name === name);
  },
});

describe('values that are known', () => {
  it('are those of the versions that the applications read', async () => {
    const at = (name: string, version: string): string => `${URI}secrets/${name}/${version}`;
    const addresses = { A: at('A', '2'), ROTATED: at('ROTATED', '1'), GONE: at('GONE', '1'), X: at('CLOSED', '1') };
    const values = await storedValues(vaultOf(secret('A', 'a'), secret('ROTATED', 'b')), URI, addresses);
    expect([...values]).toEqual([
      ['A', { text: 'a', isWhole: true }],
      ['X', { text: '', isWhole: false }],
    ]);
  });

  it('before a run are those that are given and those that stay; of one that is made again it is known how it begins', async () => {
    const config = deploymentConfig({
      secrets: {
        GIVEN: { source: 'literal', path: 'secrets.given' },
        UNGIVEN: { source: 'environment', variable: 'X' },
        'JWT-SECRET': { source: 'generated' },
        NEW: { source: 'generated' },
        SHARED: { source: 'vault', name: 'CLOSED' },
      },
    });
    const given = { literal: () => 'now', environment: () => undefined };
    const vault = vaultOf(secret('GIVEN', 'then'), secret('JWT-SECRET', 'jwt'), secret('REDIS-URL', 'rediss://x'));
    const values = await foreseenValues(config, given, vault, (name) => name === 'DATABASE-URL');
    expect(Object.fromEntries(values)).toEqual({
      GIVEN: { text: 'now', isWhole: true },
      UNGIVEN: { text: '', isWhole: false },
      'JWT-SECRET': { text: 'jwt', isWhole: true },
      SHARED: { text: '', isWhole: false },
      'DATABASE-URL': { text: 'postgresql://', isWhole: false },
      'REDIS-URL': { text: 'rediss://x', isWhole: true },
    });
  });

  it('of composed secrets begin as those are made', () => {
    const config = deploymentConfig();
    const rabbit = { user: 'u', host: 'h', port: 5672, passwordName: 'RABBITMQ-PASSWORD' };
    const made = {
      'DATABASE-URL': databaseUrl({ user: 'u', password: 'p', host: 'h', database: 'd' }),
      'REDIS-URL': redisUrl({ key: 'k', host: 'h', port: '6380' }),
      'RABBITMQ-URL': rabbitmqUrl(rabbit, 'p'),
    };
    const begins = composedSecrets(config);
    expect([...begins.keys()]).toEqual(['DATABASE-URL', 'REDIS-URL']);
    for (const [name, begin] of begins) expect(made[name as keyof typeof made].startsWith(begin)).toBe(true);
  });
});
