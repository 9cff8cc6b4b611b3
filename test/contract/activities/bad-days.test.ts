import { describe, expect, it } from 'vitest';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import { storeSecrets } from '../../../src/activities/store-secrets.ts';
import { AzureError } from '../../../src/azure/errors.ts';
import { recordedOutputs } from '../../../src/domain/outputs.ts';
import type { Fault } from '../../../src/simulator/faults.ts';
import { runIdOf } from '../../helpers/step-context.ts';
import { FIRST_STEPS, type SimulatedEnvironment, simulatedEnvironment } from './simulated.ts';

const SERVER = '/flexibleServers/shop-postgres$';

/** Steps 1 and 2 done, the databases still to come. */
async function beforeDatabases(): Promise<SimulatedEnvironment> {
  const environment = await simulatedEnvironment();
  await environment.runAll(createResourceGroup);
  environment.newWrites();
  return environment;
}

function servers({ simulator }: SimulatedEnvironment): readonly string[] {
  return Object.keys(simulator.state().resources).filter((id) => /flexibleservers\/[^/]+$/.test(id));
}

describe('a bad day', () => {
  it.each<[string, Fault]>([
    ['the answer to the write is lost', { kind: 'reset', afterEffect: true }],
    ['the write is refused for a moment', { kind: 'status', status: 503, code: 'ServiceUnavailable' }],
    ['a gateway answers in HTML', { kind: 'status', status: 502, body: '<html>Bad gateway</html>', afterEffect: true }],
    ['the operation is forgotten', { kind: 'vanishOperation' }],
    ['another operation is in progress', { kind: 'status', status: 409, code: 'ServerIsBusy', retryAfterInSeconds: 1 }],
  ])('ends well all the same: %s', async (_, fault) => {
    const environment = await beforeDatabases();
    environment.simulator.addFault({ match: { method: 'PUT', path: SERVER }, nth: 1, fault });
    await environment.runStep(createDatabases);
    expect(servers(environment)).toHaveLength(1);
    environment.newWrites();
    await environment.runStep(createDatabases);
    expect(environment.newWrites()).toEqual([]);
  });

  it.each<[string, string, Fault]>([
    ['its creation fails', SERVER, { kind: 'failOperation', code: 'InternalServerError', message: 'the disk is gone' }],
    ['a child fails', '/databases/shop$', { kind: 'failOperation', code: 'InternalServerError', message: 'no space' }],
  ])('fails with what Azure says, and the next attempt completes: %s', async (_, path, fault) => {
    const environment = await beforeDatabases();
    environment.simulator.addFault({ match: { method: 'PUT', path }, nth: 1, fault });
    const runId = runIdOf(99);
    await expect(environment.runStep(createDatabases, { runId })).rejects.toBeInstanceOf(AzureError);
    await environment.runStep(createDatabases, { runId });
    expect(servers(environment)).toHaveLength(1);
    environment.newWrites();
    await environment.runStep(createDatabases);
    expect(environment.newWrites()).toEqual([]);
  });

  it('keeps generated secrets when the run ends between two of them', async () => {
    const environment = await beforeDatabases();
    for (const step of FIRST_STEPS.slice(2, 6)) await environment.runStep(step);
    environment.simulator.addFault({
      match: { method: 'PUT', path: '/secrets/GEMINI-API-KEY' },
      fault: { kind: 'status', status: 400, code: 'BadParameter' },
    });
    await expect(environment.runStep(storeSecrets)).rejects.toMatchObject({ code: 'BadParameter' });
    environment.simulator.clearFaults();
    const vault = environment.azure.vault(environment.state.steps.create_key_vault?.outputs.vaultUri ?? '');
    const password = (await vault.get('POSTGRES-PASSWORD'))?.value;
    await environment.runStep(storeSecrets);
    expect(password).toBeTypeOf('string');
    expect((await vault.get('POSTGRES-PASSWORD'))?.value).toBe(password);
  });

  it('does not touch a registry of that name that somebody else made in our group', async () => {
    const environment = await beforeDatabases();
    const [registry] = createContainerRegistry.desire({
      environment: 'default',
      config: environment.config,
      outputs: recordedOutputs(environment.state, () => ''),
    });
    const { id = '', kind } = registry ?? {};
    const body = { location: 'eastus', sku: { name: 'Basic' }, tags: { team: 'blue' } };
    await environment.finish(await environment.azure.arm.put(id, kind?.apiVersion ?? '', body));
    environment.newWrites();
    await expect(environment.runStep(createContainerRegistry)).rejects.toMatchObject({ code: 'resource_not_ours' });
    expect(environment.newWrites()).toEqual([]);
  });
});

it('steps 1 to 8 complete at the pace of Azure, grants that take effect late included', async () => {
  const environment = await simulatedEnvironment({ pace: 'azure' });
  const start = environment.clock.now().getTime();
  await environment.runAll();
  const minutes = (environment.clock.now().getTime() - start) / 60_000;
  expect(minutes).toBeGreaterThan(5);
  expect(minutes).toBeLessThan(60);
});
