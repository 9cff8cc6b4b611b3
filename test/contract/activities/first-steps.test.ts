import { describe, expect, it } from 'vitest';
import { createContainerAppsEnv } from '../../../src/activities/create-container-apps-env.ts';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { createMonitoring } from '../../../src/activities/create-monitoring.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import { recordedOutputs } from '../../../src/domain/outputs.ts';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { JsonObject } from '../../../src/shared/json.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

describe('steps 1 to 8 on the simulator', () => {
  it('write nothing the second time', async () => {
    const environment = await simulatedEnvironment();
    await environment.runAll();
    expect(environment.newWrites().length).toBeGreaterThan(15);
    const outputs = structuredClone(environment.state.steps);
    for (const step of FIRST_STEPS) {
      const context = await environment.runStep(step);
      expect(environment.newWrites(), step.name).toEqual([]);
      expect(environment.state.steps[step.name]?.outputs, step.name).toEqual(outputs[step.name]?.outputs);
      expect(context.logged, step.name).toEqual([]);
    }
  });

  it.each<[Step, string, JsonObject]>([
    [
      createResourceGroup,
      'resource-group',
      { tags: { Project: 'Other', 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': 'default' } },
    ],
    [createContainerRegistry, 'registry', { properties: { roleAssignmentMode: 'AbacRepositoryPermissions' } }],
    [createKeyVault, 'key-vault', { tags: { Project: 'Other' } }],
    [createDatabases, 'postgresql', { sku: { name: 'Standard_B2s', tier: 'Burstable' } }],
  ])('%o, asked to repair, changes back what was changed by hand on the %s', async (step, key, change) => {
    const config = deploymentConfig({ written: ['postgresql.sku'] });
    const environment = await simulatedEnvironment({ config });
    await environment.runAll();
    const { id, kind } = resourceOf(environment, step, key);
    const before = await environment.azure.arm.get(id, kind.apiVersion);
    await environment.finish(await environment.azure.arm.patch(id, kind.apiVersion, change));
    expect(await environment.azure.arm.get(id, kind.apiVersion)).not.toEqual(before);
    environment.newWrites();
    await environment.runStep(step, { options: { ...NO_OPTIONS, refresh: true } });
    expect(environment.newWrites()).toHaveLength(1);
    const after = await environment.azure.arm.get(id, kind.apiVersion);
    expect({ ...after, systemData: null, properties: withoutTimes(after) }).toEqual({
      ...before,
      systemData: null,
      properties: withoutTimes(before),
    });
  });

  it.each<[Step, string]>([
    [createResourceGroup, 'identity'],
    [createMonitoring, 'app-insights'],
    [createContainerRegistry, 'registry'],
    [createContainerRegistry, 'role:acr-pull'],
    [createKeyVault, 'role:secrets-officer'],
    [createDatabases, 'postgresql'],
    [createDatabases, 'postgresql:firewall'],
    [createDatabases, 'redis'],
    [createContainerAppsEnv, 'environment:diagnostics'],
  ])('%o makes the %s again when it was deleted', async (step, key) => {
    const environment = await simulatedEnvironment();
    await environment.runAll();
    const { id, kind } = resourceOf(environment, step, key);
    await environment.finish(await environment.azure.arm.delete(id, kind.apiVersion));
    expect(await environment.azure.arm.get(id, kind.apiVersion)).toBeUndefined();
    await environment.runStep(step);
    expect(await environment.azure.arm.get(id, kind.apiVersion)).toMatchObject({
      id: expect.stringMatching(new RegExp(id, 'i')),
    });
  });

  it('recover a deleted vault with its secrets, and write none of them again', async () => {
    const environment = await simulatedEnvironment();
    await environment.runAll();
    const secrets = { ...environment.state.steps.store_secrets?.outputs };
    const { id, kind } = resourceOf(environment, createKeyVault, 'key-vault');
    await environment.finish(await environment.azure.arm.delete(id, kind.apiVersion));
    await environment.runStep(FIRST_STEPS[0] ?? createKeyVault);
    const context = await environment.runStep(createKeyVault);
    expect(context.told[0]).toContain('recovering key vault');
    environment.newWrites();
    await environment.runStep(storeSecrets);
    expect(environment.newWrites()).toEqual([]);
    expect(environment.state.steps.store_secrets?.outputs).toEqual(secrets);
  });

  it('set the password again on a database server that was made anew', async () => {
    const environment = await simulatedEnvironment();
    await environment.runAll();
    const { id, kind } = resourceOf(environment, createDatabases, 'postgresql');
    await environment.finish(await environment.azure.arm.delete(id, kind.apiVersion));
    await environment.runStep(createDatabases);
    environment.newWrites();
    await environment.runStep(storeSecrets);
    expect(environment.newWrites()).toEqual([expect.stringMatching(/^PATCH .*flexibleServers\/shop-postgres$/i)]);
  });

  it('send no secret in any body but those of the vault', async () => {
    const environment = await simulatedEnvironment();
    await environment.runAll();
    const vault = environment.azure.vault(environment.state.steps.create_key_vault?.outputs.vaultUri ?? '');
    const bodies = environment.simulator
      .requests()
      .filter(({ host, path }) => !host.includes('vault.azure.net') && !path.includes('flexibleServers/shop-postgres'))
      .map((request) => JSON.stringify(request));
    for (const name of ['JWT-SECRET', 'POSTGRES-PASSWORD', 'RABBITMQ-PASSWORD', 'DATABASE-URL', 'REDIS-URL']) {
      const value = (await vault.get(name))?.value ?? 'missing';
      expect(
        bodies.filter((body) => body.includes(value)),
        name,
      ).toEqual([]);
    }
  });

  it('stop before anything is made in a region that is closed to us', async () => {
    const environment = await simulatedEnvironment();
    environment.config = {
      ...environment.config,
      locations: { ...environment.config.locations, postgresql: 'brazilsouth' },
    };
    await expect(environment.runAll()).rejects.toMatchObject({
      code: 'prerequisites_failed',
      message: expect.stringContaining('brazilsouth'),
    });
    expect(environment.newWrites().filter((write) => !write.includes('/register'))).toEqual([]);
  });
});

function resourceOf({ config, state }: SimulatedEnvironment, step: Step, key: string) {
  const outputs = recordedOutputs(state, () => '');
  const found = step.desire({ environment: 'default', config, outputs }).find((one) => one.key === key);
  if (!found) throw new Error(`${step.name} has no ${key}`);
  return found;
}

/** Without when something was changed last. */
function withoutTimes(resource: JsonObject | undefined): JsonObject {
  const properties = resource?.properties;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return {};
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !/date|time/i.test(key)));
}
