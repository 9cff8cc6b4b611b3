import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretClient } from '@azure/keyvault-secrets';
import { describe, expect, it } from 'vitest';
import { buildAndPushImages } from '../../../src/activities/build-and-push-images.ts';
import { deployApplicationServices } from '../../../src/activities/deploy-application-services.ts';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import { runMigrations } from '../../../src/activities/run-migrations.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { DeploymentConfig, ServiceConfig } from '../../../src/domain/config/model.ts';
import { withTerms } from '../../../src/outbound/terms.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { CONTAINER_APP } from '../../../src/resources/container-app.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { TestContext } from '../../helpers/step-context.ts';
import { type Application, deployed, LAST_STEPS } from './example-application.ts';

const HANDMADE = 'a-value-made-by-hand';
const SECRETS = 'properties.configuration.secrets';

function idOf({ environment }: Application, name: string, type = 'containerApps'): string {
  const { subscriptionId } = environment.simulator;
  const { resourceGroup } = environment.config.azure;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.App/${type}/${name}`;
}

async function liveSecrets({ environment }: Application, id: string): Promise<readonly JsonObject[]> {
  const live = await environment.azure.arm.get(id, CONTAINER_APP.apiVersion);
  const secrets = live && jsonAt(live, SECRETS);
  return Array.isArray(secrets) ? secrets.filter(isJsonObject) : [];
}

/** Somebody adds a secret with a value of its own to an app or a job, in the portal. */
async function addByHand(app: Application, id: string): Promise<void> {
  const secrets = [...(await liveSecrets(app, id)), { name: 'by-hand', value: HANDMADE }];
  const { arm } = app.environment.azure;
  await app.environment.finish(
    await arm.patch(id, CONTAINER_APP.apiVersion, { properties: { configuration: { secrets } } }),
  );
}

async function storedValue({ environment }: Application, id: string, name: string): Promise<unknown> {
  const reply = await environment.azure.arm.post(`${id}/listSecrets`, CONTAINER_APP.apiVersion);
  const all = reply.kind === 'done' && isJsonObject(reply.body) ? reply.body.value : [];
  return Array.isArray(all) ? all.filter(isJsonObject).find((one) => one.name === name)?.value : undefined;
}

async function changeSource(app: Application): Promise<void> {
  await appendFile(join(app.folder, 'services/draft-service/app/main.py'), `\n# ${Math.random()}\n`);
}

function changeService(app: Application, key: string, change: (service: ServiceConfig) => ServiceConfig): void {
  const { config } = app.environment;
  const changed = (all: readonly ServiceConfig[]) => all.map((one) => (one.key === key ? change(one) : one));
  const { application, infrastructure } = config.services;
  app.environment.config = {
    ...config,
    services: { ...config.services, application: changed(application), infrastructure: changed(infrastructure) },
  } satisfies DeploymentConfig;
}

/** Everything that these calls left on disk and told. */
async function traces({ environment }: Application, contexts: readonly TestContext[]): Promise<string> {
  const memories = await Promise.all(contexts.map((context) => context.remembered()));
  const told = contexts.map(({ told, logged, recorded }) => ({ told, logged, recorded }));
  return JSON.stringify([memories, told, environment.state]);
}

const VARIABLE = { kind: 'secret', name: 'JWT-SECRET' } as const;

describe('a secret added by hand (seen: every later deployment of that app failed)', () => {
  it('stays with its value when a new revision of the app is made, and is recorded nowhere', async () => {
    const app = await deployed();
    const id = idOf(app, 'draft-service');
    await addByHand(app, id);
    await changeSource(app);
    const contexts: TestContext[] = [];
    for (const step of LAST_STEPS) contexts.push(await app.run(step));
    expect(await storedValue(app, id, 'by-hand')).toBe(HANDMADE);
    expect(await traces(app, contexts)).not.toContain(HANDMADE);
  });

  it('stays when references of the app change beside it', async () => {
    const app = await deployed();
    const id = idOf(app, 'draft-service');
    await addByHand(app, id);
    changeService(app, 'draft_service', (one) => ({
      ...one,
      env: { ...one.env, MORE: { kind: 'secret', name: 'JWT-SECRET' } },
    }));
    const context = await app.run(deployApplicationServices);
    expect(await storedValue(app, id, 'by-hand')).toBe(HANDMADE);
    expect((await liveSecrets(app, id)).map(({ name }) => name)).toContain('jwt-secret');
    expect(await traces(app, [context])).not.toContain(HANDMADE);
  });

  it('stays in an app that is replaced and in a migration job', async () => {
    const app = await deployed();
    const [queue, job] = [idOf(app, 'rabbitmq'), idOf(app, 'draft-service-migrate', 'jobs')];
    for (const id of [queue, job]) await addByHand(app, id);
    changeService(app, 'rabbitmq', (one) => ({ ...one, env: { ...one.env, NEW: { kind: 'plain', value: 'x' } } }));
    changeService(app, 'draft_service', (one) => ({
      ...one,
      ...(one.migration && { migration: { ...one.migration, command: [...one.migration.command, '--again'] } }),
    }));
    const contexts = [await app.run(deployInfrastructureServices), await app.run(runMigrations)];
    expect(await storedValue(app, queue, 'by-hand')).toBe(HANDMADE);
    expect(await storedValue(app, job, 'by-hand')).toBe(HANDMADE);
    expect(await traces(app, contexts)).not.toContain(HANDMADE);
  });
});

describe('a secret of the vault that cannot be read (seen: ten minutes and 60 writes, and then a role was blamed)', () => {
  async function vaultOf(app: Application): Promise<SecretClient> {
    const { simulator, state } = app.environment;
    const transport = createTransport({ connectTo: simulator });
    const credential = await clientSecretCredential(simulator, cloudEndpoints('AzureCloud'), transport);
    const vaultUri = String(state.steps.create_key_vault?.outputs.vaultUri);
    const httpClient = withTerms(transport, { origins: [new URL(vaultUri).origin] });
    return new SecretClient(vaultUri, credential, { httpClient });
  }

  it.each<[string, (vault: SecretClient, name: string) => Promise<unknown>, string]>([
    [
      'is disabled',
      async (vault, name) => {
        const { properties } = await vault.getSecret(name);
        return await vault.updateSecretProperties(name, properties.version ?? '', { enabled: false });
      },
      'is disabled',
    ],
    ['is deleted', (vault, name) => vault.beginDeleteSecret(name), 'is not there'],
  ])('that %s ends the step before a write, and is named', async (_, change, problem) => {
    const app = await deployed();
    await change(await vaultOf(app), 'DATABASE-URL');
    await changeSource(app);
    await app.run(buildAndPushImages);
    app.environment.newWrites();
    await expect(app.run(deployApplicationServices)).rejects.toMatchObject({
      code: 'secret_unusable',
      message: expect.stringMatching(new RegExp(`container app draft-service .* the secret DATABASE-URL ${problem}`)),
    });
    expect(app.environment.newWrites().filter((write) => write.endsWith('/draft-service'))).toEqual([]);
  });

  it('only by its date is told, and deployed', async () => {
    const app = await deployed();
    const vault = await vaultOf(app);
    const { properties } = await vault.getSecret('DATABASE-URL');
    await vault.updateSecretProperties('DATABASE-URL', properties.version ?? '', { expiresOn: new Date(1000) });
    await changeSource(app);
    await app.run(buildAndPushImages);
    const { logged } = await app.run(deployApplicationServices);
    expect(logged.filter((line) => line.includes('draft-service'))).toEqual([
      'warning: container app draft-service: in the vault the secret DATABASE-URL has expired (1970-01-01T00:00:01.000Z)',
    ]);
  });
});

describe('a secret dropped from the configuration (seen: it stayed referenced for ever)', () => {
  /** The configuration drops the variable, and all revisions that read it but the newest `keep` are gone. */
  async function dropped(keep: number): Promise<{ readonly app: Application; readonly id: string }> {
    const app = await deployed();
    const { config } = app.environment;
    const written = [...(config.written ?? []), 'release.keep'];
    app.environment.config = { ...config, written, release: { ...config.release, keep } };
    changeService(app, 'draft_service', (one) => ({ ...one, env: { ...one.env, EXTRA: VARIABLE } }));
    for (const step of LAST_STEPS) await app.run(step);
    changeService(app, 'draft_service', ({ env: { EXTRA: _, ...env }, ...one }) => ({ ...one, env }));
    for (const step of LAST_STEPS) await app.run(step);
    return { app, id: idOf(app, 'draft-service') };
  }

  async function names(app: Application, id: string): Promise<readonly unknown[]> {
    return (await liveSecrets(app, id)).map(({ name }) => name);
  }

  it('stays as long as a revision reads it, an inactive one too', async () => {
    const { app, id } = await dropped(3);
    expect(await names(app, id)).toContain('jwt-secret');
    const context = await app.run(deployApplicationServices);
    expect(await names(app, id)).toContain('jwt-secret');
    expect(context.told.join('\n')).toMatch(
      /draft-service: the secret jwt-secret stays, since draft-service--\S+ reads it/,
    );
  });

  it('goes once no revision reads it', async () => {
    const { app, id } = await dropped(1);
    const told: string[] = [];
    for (let release = 0; release < 2; release += 1) {
      expect(await names(app, id)).toContain('jwt-secret');
      await changeSource(app);
      for (const step of LAST_STEPS) told.push(...(await app.run(step)).told);
    }
    expect(told).toContain('draft-service: the secret jwt-secret goes, nothing reads it');
    expect(await names(app, id)).not.toContain('jwt-secret');
  });
});
