import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeploymentConfig, ServiceConfig } from '../../../src/domain/config/model.ts';
import { type EnvironmentState, emptyState, type StepState } from '../../../src/domain/state.ts';
import { restoreImages, rollbackOf, withImagesOf } from '../../../src/engine/rollback.ts';
import { prepareRollback } from '../../../src/runs/prepare-rollback.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import { openFileStateStore } from '../../../src/state/file/state-store.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const run = (number: number): string => `default-01JD0000000000000000000${String(number).padStart(3, '0')}`;

async function stores(): Promise<EnvironmentStores> {
  const directory = await tempDirectory();
  return {
    state: openFileStateStore({ path: join(directory, 'state.json'), environment: 'default', directory }),
    runs: openFileRunStore({ directory }),
  };
}

function withService(service: Partial<ServiceConfig>, changes: Partial<DeploymentConfig> = {}): DeploymentConfig {
  const api: ServiceConfig = {
    ...{ key: 'api', name: 'api', kind: 'application', dockerfile: 'Dockerfile', port: 8080, cpu: 0.5, memory: '1Gi' },
    ...{ minReplicas: 1, maxReplicas: 1, ingress: 'external', transport: 'http', env: {}, consumer: false },
    ...service,
  };
  return { ...deploymentConfig(), ...changes, services: { infrastructure: [], application: [api] } };
}

async function keep(
  { state, runs }: EnvironmentStores,
  number: number,
  image: string,
  config: DeploymentConfig,
  steps: EnvironmentState['steps'] = {},
): Promise<void> {
  await state.keepHistory(run(number), {
    runId: run(number),
    at: '2026-01-01T00:00:00.000Z',
    configDigest: await runs.putConfig(config),
    images: { api: image },
    state: { ...emptyState('default'), steps },
  });
}

it('reads the one entry that it goes back to, however many are kept', async () => {
  const { state, runs } = await stores();
  const config = withService({});
  for (const number of [1, 2, 3]) await keep({ state, runs }, number, `api@sha256:${number}`, config);
  const history: typeof state.history = () => Promise.reject(new Error('all of them were read'));
  const found = await rollbackOf({ state: { ...state, history }, runs }, { rollbackTo: run(2) }, config);
  expect(found).toMatchObject({ runId: run(2), images: { api: 'api@sha256:2' }, leftAlone: [] });
  await expect(rollbackOf({ state, runs }, { rollbackTo: run(4) }, config)).rejects.toMatchObject({
    code: 'run_unknown',
  });
});

const completed: StepState = {
  ...{ status: 'completed', timestamp: 't', dependency_hash: 'h', run_id: run(1) },
  ...{ dependencies: {}, outputs: {}, metadata: {} },
};

describe('prepareRollback', () => {
  it('goes to the newest run before the last whose release was another', async () => {
    const place = await stores();
    const config = withService({ maxReplicas: 3 });
    for (const [number, image] of ['a', 'b', 'c', 'c'].entries()) await keep(place, number, image, config);
    expect((await prepareRollback(place)).to.runId).toBe(run(1));
  });

  it('takes what an earlier version stored of the same configuration for the same release', async () => {
    const place = await stores();
    const config = withService({});
    await keep(place, 1, 'a', withService({ maxReplicas: 3 }));
    await keep(place, 2, 'a', config);
    await keep(place, 3, 'a', { ...config, written: ['services.api.port'] });
    expect((await prepareRollback(place)).to.runId).toBe(run(1));
  });

  it('takes the services of then and everything else of now', async () => {
    const place = await stores();
    await keep(place, 1, 'a', withService({ maxReplicas: 3 }, { tags: { of: 'then' } }));
    await keep(place, 2, 'b', withService({ maxReplicas: 9 }, { tags: { of: 'now' } }));
    const { config, configDigest, to } = await prepareRollback(place, run(1));
    expect(to.images).toEqual({ api: 'a' });
    expect(config.services.application[0]?.maxReplicas).toBe(3);
    expect(config.tags).toEqual({ of: 'now' });
    expect(await place.runs.config(configDigest)).toEqual(config);
  });

  it('refuses what cannot be, and says what can', async () => {
    const place = await stores();
    await expect(prepareRollback(place)).rejects.toMatchObject({ code: 'nothing_to_roll_back', exitCode: 1 });
    await keep(place, 1, 'a', withService({ env: { KEY: { kind: 'secret', name: 'GONE' } } }));
    await expect(prepareRollback(place)).rejects.toMatchObject({ code: 'nothing_to_roll_back' });
    await keep(place, 2, 'b', withService({}));
    await expect(prepareRollback(place, run(7))).rejects.toMatchObject({
      code: 'run_unknown',
      exitCode: 64,
      hint: expect.stringMatching(new RegExp(`${run(2)}.*${run(1)}`)),
    });
    await expect(prepareRollback(place)).rejects.toMatchObject({
      code: 'rollback_impossible',
      message: expect.stringContaining('the secret GONE'),
    });
  });

  it('refuses where the state has lost what other steps left', async () => {
    const place = await stores();
    const steps: EnvironmentState['steps'] = { create_key_vault: completed };
    await keep(place, 1, 'a', withService({}), steps);
    await keep(place, 2, 'b', withService({}), steps);
    await expect(prepareRollback(place)).rejects.toMatchObject({
      code: 'rollback_impossible',
      message: expect.stringContaining('create_key_vault'),
      hint: expect.stringContaining('Deploy once more'),
    });
    await place.state.write({ ...emptyState('default'), steps }, null);
    expect((await prepareRollback(place)).to.runId).toBe(run(1));
  });
});

it('the images of then stand in for those that were built last', async () => {
  const record = (outputs: Record<string, string>, hash: string) => ({
    status: 'completed' as const,
    timestamp: '2026-01-01T00:00:00.000Z',
    dependency_hash: hash,
    dependencies: {},
    outputs,
    metadata: {},
  });
  const now = { ...emptyState('default'), steps: { build_and_push_images: record({ 'image.api': 'b' }, 'now') } };
  const then = { ...now, steps: { build_and_push_images: record({ 'image.api': 'a' }, 'then') } };
  const entry = { runId: run(1), at: '', configDigest: '', images: { api: 'a' }, state: then };
  expect(withImagesOf(now, entry).steps.build_and_push_images).toEqual(record({ 'image.api': 'a' }, 'then'));
  expect(withImagesOf(now, undefined)).toBe(now);
  // What is built when is not known of a run of an earlier version: the next deployment compares anew.
  const older = { ...entry, state: emptyState('default') };
  const anew = { dependency_hash: null, outputs: { 'image.api': 'a' } };
  expect(withImagesOf(now, older).steps.build_and_push_images).toMatchObject(anew);
  const amended: Record<string, StepState> = {};
  await restoreImages(older, async (step, change) => {
    amended[step] = change(now.steps.build_and_push_images);
  });
  expect(amended).toMatchObject({ build_and_push_images: anew });
});
