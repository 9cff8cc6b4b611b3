import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { Azure, ListedSecret, SecretCondition } from '../../../src/azure/ports.ts';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { glanceAtSecrets, lookAtSecrets, secretWarnings } from '../../../src/planning/look-at-secrets.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';

const VAULT = 'https://shop-kv.vault.azure.net';
/** The one is given from outside, the other made by us. */
const CONFIG = deploymentConfig({
  secrets: { API: { source: 'environment', variable: 'API' }, 'JWT-SECRET': { source: 'generated' } },
});
const NOW = new Date('2026-01-01T00:00:00Z');
const LEFT_AT = '2025-12-24T12:00:00.500Z';
const url = (name: string, version: string): string => `${VAULT}/secrets/${name}/${version}`;

function deployedState(): EnvironmentState {
  const done = {
    status: 'completed',
    timestamp: LEFT_AT,
    dependency_hash: '',
    dependencies: {},
    metadata: {},
  } as const;
  return {
    ...emptyState('default'),
    steps: {
      create_key_vault: { ...done, outputs: { vaultUri: `${VAULT}/` } },
      store_secrets: {
        ...done,
        outputs: { 'secret.JWT-SECRET': url('JWT-SECRET', 'a1'), 'secret.API': url('api', 'b1') },
      },
    },
  };
}

/**
 * A vault whose secrets are in these conditions, by `name/version`; `name` is another newest version than the one left there.
 *
 * @param asked takes the name of each request
 */
function vaultWith(
  conditions: Readonly<Record<string, Partial<SecretCondition> | undefined>>,
  asked: string[] = [],
): Azure {
  const { azure } = fakeAzure();
  return {
    ...azure,
    vault: (uri) => ({
      ...azure.vault(uri),
      async inspect(name, version) {
        asked.push(name);
        const left = name === 'api' ? 'b1' : 'a1';
        const key = version === undefined && Object.hasOwn(conditions, name) ? name : `${name}/${version ?? left}`;
        const known = { id: url(name, version ?? left), enabled: true, text: 'plain' } as const;
        return Object.hasOwn(conditions, key) ? conditions[key] && { ...known, ...conditions[key] } : known;
      },
    }),
  };
}

describe('the secrets in the vault', () => {
  it('are asked for once each while the newest version is the one left there, and twice where it is not', async () => {
    const asked: string[] = [];
    const azure = vaultWith({ api: { id: url('api', 'b2') } }, asked);
    await lookAtSecrets({ azure, config: CONFIG, state: deployedState(), now: NOW });
    expect(asked.toSorted()).toEqual(['JWT-SECRET', 'api', 'api']);
  });

  it('are as they were left, and of the password of the database nothing is known', async () => {
    expect(await lookAtSecrets({ azure: vaultWith({}), config: CONFIG, state: deployedState(), now: NOW })).toEqual({
      drift: [],
      troubles: [],
      unseen: [expect.stringContaining('--force-step store_secrets sets it again')],
    });
  });

  it('have drifted where there is another version (seen: drift did not see a secret changed in the vault)', async () => {
    const azure = vaultWith({ api: { id: url('api', 'b2') } });
    const { drift } = await lookAtSecrets({ azure, config: CONFIG, state: deployedState(), now: NOW });
    expect(drift).toEqual([
      {
        ...{ key: 'secret:API', id: url('api', 'b1'), step: 'store_secrets', path: 'version' },
        ...{ expected: 'b1', found: 'b2', repaired: true },
      },
    ]);
  });

  it('are left where only the vault has the value, with the command that shows what was done', async () => {
    const azure = vaultWith({ 'JWT-SECRET': { id: url('JWT-SECRET', 'a2') } });
    const { drift } = await lookAtSecrets({ azure, config: CONFIG, state: deployedState(), now: NOW });
    expect(drift).toMatchObject([
      {
        ...{ key: 'secret:JWT-SECRET', found: 'a2', repaired: false },
        place: 'az keyvault secret list-versions --vault-name shop-kv --name JWT-SECRET',
      },
    ]);
  });

  it.each<[string, Partial<SecretCondition> | undefined, object]>([
    ['is not there in the version b1', undefined, { repaired: true }],
    [
      'is disabled',
      { enabled: false, text: 'not to be read' },
      {
        repaired: false,
        place: 'az keyvault secret set-attributes --vault-name shop-kv --name api --version b1 --enabled true',
      },
    ],
    [
      'is empty',
      { text: 'empty' },
      { repaired: false, place: 'az keyvault secret list-versions --vault-name shop-kv --name api' },
    ],
  ])('have drifted where an application cannot read one, which %s', async (problem, condition, rest) => {
    const azure = vaultWith({ 'api/b1': condition });
    const { drift } = await lookAtSecrets({ azure, config: CONFIG, state: deployedState(), now: NOW });
    expect(drift).toMatchObject([{ key: 'secret:API', path: '', expected: 'is usable', found: problem, ...rest }]);
  });

  it.each<[string, Partial<SecretCondition> | undefined]>([
    ['is disabled', { enabled: false, text: 'not to be read' }],
    ['is not there in the version b1', undefined],
    ['is empty', { text: 'empty' }],
    ['is blank', { text: 'blank' }],
    ['ends in a newline, which the application reads as well', { text: 'ends in a newline' }],
    ['has expired (2025-01-01T00:00:00.000Z)', { expires: '2025-01-01T00:00:00.000Z' }],
    ['is not valid before 2027-01-01T00:00:00.000Z', { notBefore: '2027-01-01T00:00:00.000Z' }],
  ])('are named where one %s', async (problem, condition) => {
    const seen = await lookAtSecrets({
      azure: vaultWith({ 'api/b1': condition }),
      config: CONFIG,
      state: deployedState(),
      now: NOW,
    });
    expect(seen.troubles).toMatchObject([{ name: 'api', problem }]);
    expect(secretWarnings(seen)).toEqual([`In the vault the secret api ${problem}. [vault_secret]`]);
  });

  it('tells of no password where there is no database server', async () => {
    const config = { ...CONFIG, unasked: { postgresql: 'absent' as const } };
    const { unseen } = await lookAtSecrets({ azure: vaultWith({}), config, state: deployedState(), now: NOW });
    expect(unseen).toEqual([]);
  });

  it('are among what could not be looked at where the vault is closed to us', async () => {
    const fake = vaultWith({});
    const azure: Azure = {
      ...fake,
      vault: (uri) => ({
        ...fake.vault(uri),
        inspect: () => Promise.reject(new AzureError({ code: 'ForbiddenByRbac', message: 'no role', statusCode: 403 })),
      }),
    };
    const { unseen } = await lookAtSecrets({ azure, config: CONFIG, state: deployedState(), now: NOW });
    expect(unseen.at(-1)).toBe('The secrets in the vault: no role (ForbiddenByRbac).');
  });

  it('are not looked for before there is a vault', async () => {
    expect(
      await lookAtSecrets({ azure: vaultWith({}), config: CONFIG, state: emptyState('default'), now: NOW }),
    ).toEqual({
      ...{ drift: [], troubles: [], unseen: [] },
    });
  });
});

describe('a glance at the secrets', () => {
  const AS_LEFT: readonly ListedSecret[] = [
    { name: 'JWT-SECRET', enabled: true, updated: '2025-12-24T12:00:00Z' },
    { name: 'API', enabled: true, updated: '2025-12-24T11:00:00Z' },
    { name: 'of-somebody-else', enabled: false, updated: '2025-12-30T00:00:00Z' },
  ];

  /** A vault that lists these, and whose secrets are all disabled, so that whatever is read is a trouble. */
  function listing(listed: readonly ListedSecret[], asked: string[]): Azure {
    const disabled = { enabled: false, text: 'not to be read' } as const;
    const fake = vaultWith({ 'JWT-SECRET/a1': disabled, 'api/b1': disabled }, asked);
    return { ...fake, vault: (uri) => ({ ...fake.vault(uri), list: () => Promise.resolve(listed) }) };
  }

  it('reads none that is as it was left', async () => {
    const asked: string[] = [];
    const seen = await glanceAtSecrets({
      azure: listing(AS_LEFT, asked),
      config: CONFIG,
      state: deployedState(),
      now: NOW,
    });
    expect(seen).toMatchObject({ drift: [], troubles: [] });
    expect(asked).toEqual([]);
  });

  it.each<[string, Partial<ListedSecret> | undefined]>([
    ['is not there', undefined],
    ['was changed since', { updated: '2025-12-24T12:00:01Z' }],
    ['is disabled', { enabled: false }],
    ['has expired', { expires: '2025-12-31T00:00:00Z' }],
    ['is not valid yet', { notBefore: '2026-12-31T00:00:00Z' }],
  ])('reads one that %s', async (_, change) => {
    const asked: string[] = [];
    const listed = AS_LEFT.flatMap((one) => (one.name !== 'API' ? [one] : change ? [{ ...one, ...change }] : []));
    const seen = await glanceAtSecrets({
      azure: listing(listed, asked),
      config: CONFIG,
      state: deployedState(),
      now: NOW,
    });
    expect(asked).toEqual(['api']);
    expect(seen.troubles).toMatchObject([{ name: 'api', problem: 'is disabled' }]);
  });
});
