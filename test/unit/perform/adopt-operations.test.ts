import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { BuildRun } from '../../../src/azure/ports.ts';
import type { StepName } from '../../../src/domain/steps.ts';
import { followOperation } from '../../../src/engine/operation.ts';
import { type BuildOrder, followBuild } from '../../../src/images/image-build.ts';
import { adoptOperations } from '../../../src/perform/adopt-operations.ts';
import { openRollout } from '../../../src/release/rollout.ts';
import { openFileRunStore } from '../../../src/state/file/run-store.ts';
import type { RunStore, StepMemoryRecord } from '../../../src/state/ports.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';
import { tempDirectory } from '../../helpers/temp.ts';

/** The run that wrote the fixture: version 0.1, stopped in the midst of several steps. */
const RUN = 'default-01M8MJ4W0JDSE04V6WZ6BRH04G';
const NEXT = 'default-01M8MJ4W0JDSE04V6WZ6BRH04H';

async function memoriesOfVersion01(): Promise<Readonly<Record<string, StepMemoryRecord>>> {
  return JSON.parse(await readFile('test/fixtures/memories/version-0.1.json', 'utf8'));
}

async function withMemoriesOfVersion01(runs: RunStore): Promise<RunStore> {
  for (const [step, memory] of Object.entries(await memoriesOfVersion01()))
    await runs.writeMemory(RUN, step as StepName, memory);
  return runs;
}

/** One call of a step in that run, after the upgrade, or in the run that takes over. */
async function upgraded(step: StepName, taking: 'same run' | 'next run') {
  const fake = fakeAzure();
  const before = await stepContext(fake.azure, { runId: RUN });
  await withMemoriesOfVersion01(before.stores.runs);
  const { stores } = before;
  const context =
    taking === 'same run'
      ? await stepContext(fake.azure, { runId: RUN, step, stores })
      : await stepContext(fake.azure, { runId: NEXT, step, stores, adoptsOperationsOf: RUN });
  return { fake, context };
}

describe('a run that takes over', () => {
  it('leaves a run alone that has begun by itself', async () => {
    const runs = await withMemoriesOfVersion01(openFileRunStore({ directory: await tempDirectory() }));
    await runs.writeMemory(NEXT, 'run_migrations', { startedInCall: 1 });
    await adoptOperations(runs, RUN, NEXT);
    expect(await runs.memory(NEXT, 'run_migrations')).toEqual({ startedInCall: 1 });
  });

  it('gets of version 0.1 what Azure still does and what must not be done twice, and nothing else', async () => {
    const runs = await withMemoriesOfVersion01(openFileRunStore({ directory: await tempDirectory() }));
    await adoptOperations(runs, RUN, NEXT);
    const inherited: Record<string, readonly string[]> = {};
    for (const step of Object.keys(await memoriesOfVersion01())) {
      const keys = Object.keys(await runs.memory(NEXT, step as StepName));
      inherited[step] = keys.filter((key) => !key.startsWith('#')).sort();
    }
    expect(inherited).toEqual({
      create_databases: ['operation:redis:database'],
      store_secrets: [`operation:postgres-password:fb5dfc90b5a8487216fa07d58b5943ac@${RUN}`],
      build_and_push_images: ['build:draft_service'],
      run_migrations: [
        'execution:evaluation_service',
        'migrated:draft_service',
        'migrated:rag_service',
        'migrated:speaker_service',
      ],
      verify_deployment: ['intent:rollout'],
    });
  });
});

describe.each(['same run', 'next run'] as const)('a memory that version 0.1 wrote, in the %s', (taking) => {
  it('goes on with an operation', async () => {
    const { fake, context } = await upgraded('create_databases', taking);
    const polled: string[] = [];
    const { arm } = fake.azure;
    const poll: typeof arm.poll = async ({ path }) => {
      polled.push(path);
      return { kind: 'succeeded', body: {} };
    };
    const key = { key: 'redis:database', title: 'the database', timeoutInSeconds: 600 };
    const followed = await followOperation({ ...context, azure: { ...fake.azure, arm: { ...arm, poll } } }, key);
    expect(followed).toEqual({ kind: 'ended', body: {} });
    expect(polled).toEqual([expect.stringContaining('/redisEnterprise/')]);
  });

  it('goes on with a build that was asked for', async () => {
    const { fake, context } = await upgraded('build_and_push_images', taking);
    const asked: string[] = [];
    const run: BuildRun = { runId: 'ch2', status: 'Succeeded', digest: 'sha256:1', images: [] };
    const order: BuildOrder = {
      registry: {
        ...fake.azure.registry('id', 'server'),
        build: async (id) => {
          asked.push(id);
          return run;
        },
        buildLog: async () => ({ text: '', nextOffset: 0, complete: true }),
      },
      service: 'draft_service',
      dockerfile: 'Dockerfile',
      repository: 'draft',
      tag: 'src-b1a90726dc316b81805fefdad746e0f5',
      kind: { builder: 'classic', isScannable: true },
      secrets: async () => ({}),
      sourceLocation: async () => 'nowhere',
    };
    expect(await followBuild(context, order)).toEqual({ kind: 'built', digest: 'sha256:1' });
    // A later call of the same run has it without asking.
    expect(await followBuild(context, order)).toEqual({ kind: 'built', digest: 'sha256:1' });
    expect(asked).toEqual(['ch2']);
  });
});

it('a run in flight across the upgrade goes on with its way back', async () => {
  const { context } = await upgraded('verify_deployment', 'same run');
  expect(await openRollout(context)).toMatchObject({
    phase: 'return',
    failure: { code: 'service_unhealthy' },
    moves: [{ key: 'api_gateway', before: { 'api-gateway--old': 100 } }],
  });
});

it('reads everything else of a run in flight as well: its steps have begun', async () => {
  const { context } = await upgraded('run_migrations', 'same run');
  const { ledger } = context;
  expect(ledger.startedInCall()).toBe(1);
  expect(ledger.reason()).toEqual({ text: 'never run', forced: false });
});
