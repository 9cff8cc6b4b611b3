import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import type { GenericResourceConfig } from '../../../src/domain/generic/generic-config.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { referencedValue, watchedSecrets } from '../../../src/secrets/resource-secrets.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';

const TEXT = '${{resources.app.secrets.blobs}}';

function configOf(more: Partial<GenericResourceConfig>, isWatched = true): DeploymentConfig {
  const blobs = {
    action: 'host/default/listKeys',
    path: 'systemKeys.blobs_extension',
    ...(isWatched && { isWatched: true as const }),
  };
  const app: GenericResourceConfig = {
    type: 'Microsoft.Web/sites',
    apiVersion: '2025-03-01',
    name: 'shop',
    tags: true,
    body: {},
    holdsData: false,
    secrets: { blobs },
    ...more,
  };
  return { ...deploymentConfig(), secrets: { KEY: { source: 'reference', text: TEXT } }, resources: { app } };
}

const known = { 'resource_made.app': 'first' };
const NO_KEY = { systemKeys: {} };
const KEY = { systemKeys: { blobs_extension: 'the key' } };

describe('what a resource answers to an action', () => {
  it('is waited for where it comes with the code of an app, and the host has not started', async () => {
    const fake = fakeAzure();
    const context = await stepContext(fake.azure, { config: configOf({ package: 'app.zip' }), known });
    fake.answers['/listKeys'] = NO_KEY;
    expect(await referencedValue(context, TEXT)).toMatchObject({ kind: 'waiting' });
    fake.refuse = () => {
      throw new AzureError({ code: 'BadRequest', message: 'an error from host runtime', statusCode: 400 });
    };
    expect(await referencedValue(context, TEXT)).toMatchObject({ kind: 'waiting' });
    fake.refuse = () => undefined;
    fake.answers['/listKeys'] = KEY;
    expect(await referencedValue(context, TEXT)).toBe('the key');
  });

  it('is an error at once where nothing is to come', async () => {
    const fake = fakeAzure();
    fake.answers['/listKeys'] = NO_KEY;
    const context = await stepContext(fake.azure, { config: configOf({}), known });
    await expect(referencedValue(context, TEXT)).rejects.toMatchObject({ code: 'azure_answer_incomplete' });
  });

  it('is asked for by a plan where others make it anew, once there is what answers', async () => {
    const fake = fakeAzure();
    fake.answers['/listKeys'] = KEY;
    const state = emptyState('default');
    const stored = structuredClone(state);
    const ended = { status: 'completed', timestamp: '2026-01-01T00:00:00Z', dependency_hash: 'x' };
    stored.steps.create_databases = { ...ended, outputs: { 'resource_made.app': 'first' } } as never;
    stored.steps.check_prerequisites = { ...ended, outputs: { subscriptionId: 'sub' } } as never;
    const sourcesOf = async (config: DeploymentConfig, of = stored) =>
      await stepContext(fake.azure, { config, state: of });
    expect(await watchedSecrets(await sourcesOf(configOf({}), state))).toEqual({});
    expect(await watchedSecrets(await sourcesOf(configOf({}, false)))).toEqual({});
    expect(await watchedSecrets(await sourcesOf(configOf({})))).toEqual({ 'KEY of Azure': 'the key' });
    fake.answers['/listKeys'] = NO_KEY;
    expect(await watchedSecrets(await sourcesOf(configOf({})))).toEqual({});
  });

  it('is kept as it stands in an address where it says so', async () => {
    const fake = fakeAzure();
    fake.answers['/listKeys'] = { systemKeys: { blobs_extension: 'a+b/c==' } };
    const blobs = { action: 'host/default/listKeys', path: 'systemKeys.blobs_extension', isUrlEncoded: true as const };
    const context = await stepContext(fake.azure, { config: configOf({ secrets: { blobs } }), known });
    expect(await referencedValue(context, TEXT)).toBe('a%2Bb%2Fc%3D%3D');
  });

  it('is made where there is none, and made anew once where the step is forced', async () => {
    const fake = fakeAzure();
    const make = { put: 'host/default/functionKeys/ci', body: { properties: { name: 'ci' } } };
    const blobs = { action: 'host/default/listKeys', path: 'functionKeys.ci', isWatched: true as const, make };
    const config = configOf({ secrets: { blobs }, package: 'app.zip' });
    let made = 0;
    fake.refuse = ({ method }) => {
      if (method === 'PUT') made += 1;
      fake.answers['/listKeys'] = { functionKeys: made === 0 ? {} : { ci: `key ${made}` } };
    };
    const first = await stepContext(fake.azure, { config, known });
    expect([await referencedValue(first, TEXT), await referencedValue(first, TEXT)]).toEqual(['key 1', 'key 1']);
    const reason = { text: 'forced', forced: true };
    const forced = await stepContext(fake.azure, { config, known, reason });
    expect([await referencedValue(forced, TEXT), await referencedValue(forced, TEXT)]).toEqual(['key 2', 'key 2']);
    expect(fake.writes.map(({ path }) => path.split('/sites/')[1])).toEqual([
      'shop/host/default/functionKeys/ci',
      'shop/host/default/functionKeys/ci',
    ]);
  });
});
